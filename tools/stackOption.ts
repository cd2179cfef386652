import { Option } from "commander";

/** `--stack NAME`, of every command that works on a stack. */
export const stackOption = (): Option => new Option("-s, --stack <name>", "stack to work on").default("dev");
