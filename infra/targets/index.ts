import type { Config } from "../config.ts";
import { InfraError } from "../errors.ts";
import type { Target, TargetArgs } from "./target.ts";

type TargetName = Config["target"];
export type TargetFactory = (args: TargetArgs) => Target;

/** A target is one folder, loaded only when it is asked for: its SDK takes a second that the others need not wait. */
const TARGETS: Readonly<Record<TargetName, (() => Promise<TargetFactory>) | undefined>> = {
  local: async () => {
    const { LocalTarget } = await import("./local/index.ts");
    return (args) => new LocalTarget(args);
  },
  docker: async () => {
    const { DockerTarget } = await import("./docker/index.ts");
    return (args) => new DockerTarget(args);
  },
  kubernetes: undefined,
};

/** Finds a target by its name; one that is not there is refused before anything is made. */
export async function loadTarget(name: TargetName): Promise<TargetFactory> {
  const load = TARGETS[name];
  if (load !== undefined) return load();
  const there = Object.entries(TARGETS).flatMap(([known, loader]) => (loader === undefined ? [] : [known]));
  throw new InfraError(
    "CONFIG_INVALID",
    `tickhouse:target is ${name}, which this version does not have yet; accepted: ${there.join(", ")}`,
  );
}
