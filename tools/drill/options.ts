import { type Command, InvalidArgumentError } from "commander";
import { stackOption } from "../stackOption.ts";
import { FAULT_KINDS, type FaultKind } from "./faults/plan.ts";

export interface DrillOptions {
  readonly stack: string;
  readonly rounds: number;
  /** This round alone. */
  readonly round?: number;
  readonly seed: number;
  readonly ticks: number;
  /** Undefined: whatever the stack can be hurt by. */
  readonly faults?: readonly FaultKind[];
  readonly json?: string;
  readonly keepGoing?: boolean;
  readonly heal?: boolean;
  readonly expectLoss?: boolean;
}

/** Gives a command the drill's options. */
export const withDrillOptions = (command: Command): Command =>
  command
    .addOption(stackOption())
    .option("--rounds <number>", "rounds to run", whole(1), 10)
    .option(
      "--round <number>",
      "run this round of the seed alone: a round is the same wherever it is run",
      whole(1),
    )
    .option("--seed <number>", "what all rounds are derived from", whole(0), 1)
    .option("--ticks <number>", "ticks of a round, duplicates and corrections included", whole(50), 2_000)
    .option(
      "--faults <kinds>",
      `kinds of faults, of ${FAULT_KINDS.join(", ")} (default: all that the stack has)`,
      faults,
    )
    .option("--json <file>", "write the report there")
    .option("--keep-going", "go on after a round with deviations")
    .option("--heal", "after the comparison run `npm run verify -- --heal`, and compare again")
    .option("--expect-loss", "fail when nothing was lost: for a stack with tickhouse:bufferMode throughput");

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`accepted: a whole number from ${least} on.`);
    return value;
  };
}

function faults(text: string): FaultKind[] {
  const kinds = text.split(",").map((kind) => kind.trim());
  const unknown = kinds.filter((kind) => !(FAULT_KINDS as readonly string[]).includes(kind));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`${unknown.join(", ")} is none; accepted: ${FAULT_KINDS.join(", ")}.`);
  return FAULT_KINDS.filter((kind) => kinds.includes(kind));
}
