import kafkajs from "kafkajs";
import { clickhousePorts } from "../../infra/clickhouse/ports.ts";
import { GRAFANA } from "../../infra/monitoring/grafana.ts";
import { PROMETHEUS } from "../../infra/monitoring/prometheus.ts";
import { clusterIdOf, namespaceOf, podOf } from "../../infra/targets/kubernetes/names.ts";
import { PORTS } from "../../infra/targets/kubernetes/ports.ts";
import { openTunnel } from "../../infra/tunnel/openTunnel.ts";
import type { OpenTunnel, Tunnel } from "../../infra/tunnel/tunnel.ts";
import { type KafkaLogin, securityOf } from "../../services/common/src/index.ts";
import type { StackOutputs } from "../outputsOf.ts";
import { declaredSetting, targetOf } from "../stacks.ts";

/** How often a port that another command holds is looked at. */
const TAKE_OVER_MS = 200;
const LOOPBACK = "127.0.0.1";

/** One way into the stack: where the outputs say that it is, and what it leads to. */
export interface Way {
  readonly what: string;
  /** Port of this machine that the outputs name. */
  readonly port: number;
  readonly tunnel: Tunnel;
}

/** Every way into a stack on Kubernetes that its outputs name, but for what has a public name. */
export function waysOf(stack: string, outputs: StackOutputs): Way[] {
  const place = { context: declaredSetting(stack, "kubeContext"), namespace: namespaceOf(stack) };
  const api = new URL(outputs.apiUrl);
  const brokers = outputs.kafkaBootstrap.split(",");
  return [
    ...(api.hostname === LOOPBACK
      ? [
          {
            what: "API",
            port: Number(api.port),
            tunnel: { ...place, pod: { service: "api" }, port: PORTS.api },
          },
        ]
      : []),
    ...brokers.map((address, index) => ({
      what: `Kafka ${index + 1}`,
      port: Number(address.split(":")[1]),
      tunnel: { ...place, pod: podOf(`kafka-${index + 1}`), port: PORTS.kafkaOutside },
    })),
    ...(
      [
        ["Prometheus", outputs.prometheusUrl, PROMETHEUS.port],
        ["Grafana", outputs.grafanaUrl, GRAFANA.port],
      ] as const
    ).flatMap(([what, url, port]) =>
      url === undefined || url === ""
        ? []
        : [
            {
              what,
              port: Number(new URL(url).port),
              tunnel: { ...place, pod: { service: what.toLowerCase() }, port },
            },
          ],
    ),
    ...outputs.clickhouse.map(({ name, httpUrl }) => ({
      what: `ClickHouse ${name}`,
      port: Number(new URL(httpUrl).port),
      tunnel: { ...place, pod: podOf(name), port: clickhousePorts(isSecure(httpUrl)).http },
    })),
  ];
}

/**
 * Opens the ways into a stack for as long as this process lives, where its target has no ports of this machine; the
 * outputs then lead through them. Kafka's clients go where its brokers advertise themselves, so its ports are always
 * the same; where another command of this stack holds them, they are shared, and taken over when it ends.
 */
export async function throughWays(
  stack: string,
  outputs: StackOutputs,
  login?: KafkaLogin,
): Promise<StackOutputs> {
  if (targetOf(stack) !== "kubernetes") return outputs;
  const ways = waysOf(stack, outputs);
  const kafka = ways.filter(({ what }) => what.startsWith("Kafka"));
  for (const way of kafka) await openShared(stack, way, outputs.kafkaBootstrap, login);
  const open = await Promise.all(
    ways
      .filter((way) => !kafka.includes(way))
      .map(async ({ what, tunnel }) => [what, await openTunnel(tunnel)]),
  );
  const urlOf = (what: string, otherwise: string): string => {
    const found = open.find(([name]) => name === what)?.[1] as OpenTunnel | undefined;
    return found === undefined ? otherwise : `${new URL(otherwise).protocol}//${LOOPBACK}:${found.port}`;
  };
  return {
    ...outputs,
    apiUrl: urlOf("API", outputs.apiUrl),
    clickhouse: outputs.clickhouse.map((node) => ({
      ...node,
      httpUrl: urlOf(`ClickHouse ${node.name}`, node.httpUrl),
    })),
  };
}

const isSecure = (url: string): boolean => url.startsWith("https:");

async function openShared(
  stack: string,
  { tunnel, port }: Way,
  bootstrap: string,
  login: KafkaLogin | undefined,
): Promise<void> {
  if (await tryOpen(tunnel, port)) return;
  await requireCluster(stack, bootstrap, port, login);
  const timer = setInterval(async () => {
    if (await tryOpen(tunnel, port).catch(() => false)) clearInterval(timer);
  }, TAKE_OVER_MS);
  timer.unref();
}

/** Whether the port is ours now; false where somebody else has it. */
async function tryOpen(tunnel: Tunnel, port: number): Promise<boolean> {
  try {
    await openTunnel(tunnel, port);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "EADDRINUSE") return false;
    throw error;
  }
}

/** @throws Error where who holds a port is no way to this stack's Kafka */
async function requireCluster(
  stack: string,
  bootstrap: string,
  port: number,
  login: KafkaLogin | undefined,
): Promise<void> {
  const admin = new kafkajs.Kafka({
    clientId: "tickhouse-tools",
    brokers: bootstrap.split(","),
    ...securityOf(login),
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: 2_000,
    retry: { retries: 2 },
  }).admin();
  const found = await admin
    .connect()
    .then(() => admin.describeCluster())
    .then(({ clusterId }) => clusterId)
    .catch((error: Error) => error.message)
    .finally(() => admin.disconnect());
  if (found !== clusterIdOf(stack))
    throw new Error(
      `port ${port} is taken by another program (${found}), and stack ${stack}'s Kafka is to be reached there; end it, or set tickhouse:kafkaPort`,
    );
}
