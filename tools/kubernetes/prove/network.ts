import { clickhousePorts } from "../../../infra/clickhouse/ports.ts";
import { pollUntil } from "../../../infra/poll.ts";
import { roleLabels } from "../../../infra/targets/kubernetes/names.ts";
import { PORTS } from "../../../infra/targets/kubernetes/ports.ts";
import { containerSecurity, podSecurity, USERS } from "../../../infra/targets/kubernetes/security.ts";
import { keeperPort } from "../../../infra/topology.ts";
import { type Finding, finding } from "./finding.ts";
import type { ProvenStack } from "./stack.ts";

const DEADLINE_MS = 120_000;
const CONNECT_MS = 4_000;

/** Tries addresses, and says of each whether it was let in. */
const TRY = `
const net = require("node:net");
const tries = process.argv[1].split(",").map((address) => new Promise((resolve) => {
  const [host, port] = address.split(":");
  const socket = net.connect({ host, port: Number(port), timeout: ${CONNECT_MS} });
  const done = (answer) => { socket.destroy(); resolve(address + "=" + answer); };
  socket.on("connect", () => done("in")).on("error", () => done("out")).on("timeout", () => done("out"));
}));
Promise.all(tries).then((answers) => console.log(answers.join(" ")));
`;

/** The policies' arrows are open, and nothing else is: tried by a pod that is taken for the bars service, and by a stranger. */
export async function proveNetwork(stack: ProvenStack): Promise<Finding> {
  const { namespace, running } = stack;
  const [node] = running.nodes;
  if (node === undefined) throw new Error("the stack has no ClickHouse node");
  const at = (host: string, port: number): string => `${host}.${namespace}.svc:${port}`;
  const secure = node.url.startsWith("https:");
  const clickhouse = at(node.node, clickhousePorts(secure).http);
  const kafka = at("kafka-1", PORTS.kafka);
  const keeper = at("keeper-1", keeperPort(secure));
  const asBars = await tryFrom(stack, roleLabels("bars"), [clickhouse, kafka, keeper]);
  const asStranger = await tryFrom(stack, {}, [clickhouse, kafka, keeper]);
  const wanted: [string, Map<string, string>, string, string][] = [
    ["the bars service", asBars, clickhouse, "in"],
    ["the bars service", asBars, kafka, "out"],
    ["the bars service", asBars, keeper, "out"],
    ["a stranger", asStranger, clickhouse, "out"],
    ["a stranger", asStranger, kafka, "out"],
    ["a stranger", asStranger, keeper, "out"],
  ];
  const problems = wanted
    .filter(([, answers, address, answer]) => answers.get(address) !== answer)
    .map(([who, answers, address]) => `${who} at ${address}: ${answers.get(address) ?? "no answer"}`);
  return finding("NetworkPolicies are enforced", problems, `${wanted.length} ways tried, one of them open`);
}

async function tryFrom(
  { core, namespace, image }: ProvenStack,
  labels: Record<string, string>,
  addresses: readonly string[],
): Promise<Map<string, string>> {
  const name = `prove-${Object.keys(labels).length > 0 ? "bars" : "stranger"}-${process.pid}`;
  await core.createNamespacedPod({
    namespace,
    body: {
      metadata: { name, labels },
      spec: {
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        securityContext: podSecurity(USERS.service) as object,
        containers: [
          {
            name,
            image,
            command: ["node", "-e", TRY, addresses.join(",")],
            securityContext: containerSecurity() as object,
            resources: { limits: { cpu: "200m", memory: "128Mi" } },
          },
        ],
      },
    },
  });
  try {
    const ended = await pollUntil(DEADLINE_MS, async () => {
      const { status } = await core.readNamespacedPod({ namespace, name });
      return status?.phase === "Succeeded" || status?.phase === "Failed" ? true : undefined;
    });
    if (ended === undefined) throw new Error(`pod ${name} did not end within ${DEADLINE_MS / 1000} s`);
    const log = await core.readNamespacedPodLog({ namespace, name });
    return new Map(
      log
        .trim()
        .split(" ")
        .map((answer) => answer.split("=") as [string, string]),
    );
  } finally {
    await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 });
  }
}
