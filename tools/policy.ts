import { join } from "node:path";
import { ROOT } from "./paths.ts";
import { declaredSetting } from "./stacks.ts";

const FOLDER = join(ROOT, "policy");

/**
 * Arguments by which a preview or an update is held against the policies. Where a setting says that data is not
 * protected, no policy asks for it.
 */
export const policyArgs = (stack: string): string[] => [
  "--policy-pack",
  join(FOLDER, "analyzer"),
  ...(declaredSetting(stack, "protectData") === "true"
    ? []
    : ["--policy-pack-config", join(FOLDER, "unprotected.json")]),
];
