import type { Config } from "../config.ts";
import type { Target, TargetArgs } from "./target.ts";

type TargetName = Config["target"];
export type TargetFactory = (args: TargetArgs) => Target;

/** A target is one folder, loaded only when it is asked for: its SDK takes a second that the others need not wait. */
const TARGETS: Readonly<Record<TargetName, () => Promise<TargetFactory>>> = {
  local: async () => {
    const { LocalTarget } = await import("./local/index.ts");
    return (args) => new LocalTarget(args);
  },
  docker: async () => {
    const { DockerTarget } = await import("./docker/index.ts");
    return (args) => new DockerTarget(args);
  },
  kubernetes: async () => {
    const { KubernetesTarget } = await import("./kubernetes/index.ts");
    return (args) => new KubernetesTarget(args);
  },
};

/** Finds a target by its name. */
export const loadTarget = (name: TargetName): Promise<TargetFactory> => TARGETS[name]();
