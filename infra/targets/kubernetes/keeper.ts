import type * as pulumi from "@pulumi/pulumi";
import { renderKeeperConfig } from "../../clickhouse/keeper.ts";
import { KeeperEnsemble } from "../../clickhouse/keeperEnsemble.ts";
import type { Config } from "../../config.ts";
import type { Keeper } from "../../topology.ts";
import { createEnsemble, type MemberArgs } from "./ensemble.ts";
import { memberLabels, roleLabels } from "./names.ts";
import type { Objects } from "./objects.ts";
import { placement } from "./placement.ts";
import type { PodArgs } from "./pod.ts";
import { PORTS } from "./ports.ts";
import { probes } from "./probes.ts";
import { USERS } from "./security.ts";

const ROLE = "keeper";
const MEMORY_MB = 768;
const CPU_MILLICORES = 100;
const member = { keeper: PORTS.keeper, raft: PORTS.raft, metrics: PORTS.keeperMetrics };

/** `mntr` is refused by a member that is in no quorum; `ruok` is answered by any that lives. */
const ask = (word: string, answer: string) => ({
  exec: { command: ["sh", "-c", `echo ${word} | nc -w 2 127.0.0.1 ${PORTS.keeper} | grep -q ${answer}`] },
});

/** The pod of one member. Pure. */
export const keeperPod = (
  { name }: Keeper,
  config: Pick<Config, "keeperImage" | "antiAffinity" | "imagePullSecret">,
  configMap: string,
): Omit<PodArgs, "claims"> => ({
  name,
  labels: memberLabels(ROLE, name),
  image: config.keeperImage,
  imagePullSecret: config.imagePullSecret,
  user: USERS.keeper,
  env: {},
  ports: member,
  configMaps: { [configMap]: "/etc/clickhouse-keeper" },
  scratch: ["/tmp", "/var/log/clickhouse-keeper"],
  probes: probes(ask("mntr", "zk_server_state"), ask("ruok", "imok")),
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
): pulumi.Resource[] {
  const ensemble = new KeeperEnsemble("keepers", keepers.length, {
    parent: objects.parent,
    ...objects.goes(),
    ...objects.keeps(),
  });
  const members = keepers.map((keeper): MemberArgs => {
    const labels = memberLabels(ROLE, keeper.name);
    const configMap = objects.plainFiles(`${keeper.name}-config`, labels, {
      "keeper_config.xml": renderKeeperConfig(keeper, keepers, PORTS.keeperMetrics),
    });
    return {
      name: keeper.name,
      pod: configMap.apply((name) => keeperPod(keeper, config, name)),
      labels,
      ports: member,
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
