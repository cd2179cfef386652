import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config.ts";
import { InfraError } from "../errors.ts";
import type { Topology } from "../topology.ts";
import { LocalTarget } from "./local/index.ts";
import type { Target } from "./target.ts";

type TargetName = Config["target"];
type Factory = (config: Config, topology: Topology, stack: string, parent: pulumi.Resource) => Target;

/** A target is one folder; a name without one is refused here, before anything is made. */
const TARGETS: Readonly<Record<TargetName, Factory | undefined>> = {
  local: (...args) => new LocalTarget(...args),
  docker: undefined,
  kubernetes: undefined,
};

export function createTarget(
  config: Config,
  topology: Topology,
  stack: string,
  parent: pulumi.Resource,
): Target {
  const factory = TARGETS[config.target];
  if (factory !== undefined) return factory(config, topology, stack, parent);
  const there = Object.entries(TARGETS)
    .filter(([, made]) => made !== undefined)
    .map(([name]) => name);
  throw new InfraError(
    "CONFIG_INVALID",
    `tickhouse:target is ${config.target}, which this version does not have yet; accepted: ${there.join(", ")}`,
  );
}
