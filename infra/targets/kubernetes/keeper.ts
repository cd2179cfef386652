import * as pulumi from "@pulumi/pulumi";
import { renderKeeperConfig } from "../../clickhouse/keeper.ts";
import { KeeperEnsemble } from "../../clickhouse/keeperEnsemble.ts";
import type { Config } from "../../config.ts";
import { TLS_FILES, TLS_FOLDER } from "../../tls/files.ts";
import { type TlsDecision, usesTls } from "../../tls/parts.ts";
import type { Tls } from "../../tls/tls.ts";
import { KEEPER_PORT, type Keeper } from "../../topology.ts";
import { createEnsemble, type MemberArgs } from "./ensemble.ts";
import { memberLabels, roleLabels } from "./names.ts";
import type { Objects } from "./objects.ts";
import { placement } from "./placement.ts";
import type { PodArgs } from "./pod.ts";
import { PORTS, serverPorts } from "./ports.ts";
import { type Probes, probes } from "./probes.ts";
import { USERS } from "./security.ts";
import { identityOf, tlsSecret } from "./tls.ts";

const ROLE = "keeper";
const MEMORY_MB = 768;
const CPU_MILLICORES = 100;

/** Ports of one member; what only its probes ask is for the kubelet, which no policy keeps out. Pure. */
const memberPorts = (config: TlsDecision): Record<string, number> => ({
  keeper: serverPorts(config).keeper,
  raft: PORTS.raft,
  metrics: PORTS.keeperMetrics,
});

/** `mntr` is refused by a member that is in no quorum; `ruok` is answered by any that lives. */
const ask = (word: string, answer: string) => ({
  exec: { command: ["sh", "-c", `echo ${word} | nc -w 2 127.0.0.1 ${KEEPER_PORT} | grep -q ${answer}`] },
});

/** Over TLS the kubelet asks, since the image has no client of it: whether it is in a quorum, and whether it listens. */
const probesOf = (config: TlsDecision): Probes =>
  usesTls(config, "keeper")
    ? probes(
        { httpGet: { path: "/ready", port: PORTS.keeperControl, scheme: "HTTPS" } },
        { tcpSocket: { port: serverPorts(config).keeper } },
      )
    : probes(ask("mntr", "zk_server_state"), ask("ruok", "imok"));

/** The pod of one member. Pure. */
export const keeperPod = (
  { name }: Keeper,
  config: TlsDecision & Pick<Config, "keeperImage" | "antiAffinity" | "imagePullSecret">,
  files: { readonly config: string; readonly tls?: string },
): Omit<PodArgs, "claims"> => ({
  name,
  labels: memberLabels(ROLE, name),
  image: config.keeperImage,
  imagePullSecret: config.imagePullSecret,
  user: USERS.keeper,
  env: {},
  ports: memberPorts(config),
  configMaps: { [files.config]: "/etc/clickhouse-keeper" },
  ...(files.tls !== undefined && { secrets: { [files.tls]: TLS_FOLDER } }),
  scratch: ["/tmp", "/var/log/clickhouse-keeper"],
  probes: probesOf(config),
  graceSeconds: 30,
  cpuMillicores: CPU_MILLICORES,
  memoryMb: MEMORY_MB,
  placement: placement(config.antiAffinity, roleLabels(ROLE), roleLabels(ROLE)),
});

/** All Keepers, each settled in their quorum. */
export function createKeepers(
  objects: Objects,
  keepers: readonly Keeper[],
  config: Config,
  tls: Tls,
): pulumi.Resource[] {
  const ensemble = new KeeperEnsemble("keepers", keepers.length, {
    parent: objects.parent,
    ...objects.goes(),
    ...objects.keeps(),
  });
  const members = keepers.map((keeper): MemberArgs => {
    const labels = memberLabels(ROLE, keeper.name);
    const configMap = objects.plainFiles(`${keeper.name}-config`, labels, {
      "keeper_config.xml": renderKeeperConfig(keeper, keepers, {
        tls: tls.on("keeper") ? TLS_FILES : undefined,
        metricsPort: PORTS.keeperMetrics,
      }),
    });
    return {
      name: keeper.name,
      pod: pulumi
        .all([configMap, secretOfTls(objects, keeper, tls)])
        .apply(([name, secret]) =>
          keeperPod(keeper, config, { config: name, ...(secret !== "" && { tls: secret }) }),
        ),
      labels,
      ports: memberPorts(config),
      dataPath: "/var/lib/clickhouse-keeper",
    };
  });
  return createEnsemble(objects, {
    members,
    volumeGb: config.keeperVolumeGb,
    storageClass: config.storageClass,
    health: { kind: "keeper" },
    gated: config.rolloutGate === "on",
    deadlineSeconds: config.readyTimeoutSeconds,
    dependsOn: [ensemble],
  });
}

function secretOfTls(objects: Objects, { name }: Keeper, tls: Tls): pulumi.Output<string> {
  if (!tls.on("keeper")) return pulumi.output("");
  const identity = identityOf(tls, name, objects.place.namespace);
  return tlsSecret(objects, name, memberLabels(ROLE, name), tls, identity);
}
