import { type Benchmark, figureOf, type Size, timed } from "./benchmark.ts";
import { createLocalStack, type LocalStack } from "./localStack.ts";

const SIZES = {
  full: { rounds: 3, idle: 5 },
  short: { rounds: 1, idle: 1 },
} as const satisfies Record<Size, { rounds: number; idle: number }>;

const UP = ["up", "--yes", "--skip-preview", "--stack", "dev"];

/**
 * What a person waits for at the command line. Warm: packages, CLI, jars and bundles are there, from a first up and down
 * that are left out; the stack itself is made from nothing each time.
 */
export const up: Benchmark = {
  name: "up",
  description: "pulumi up with nothing to do, the first up and the destroy of the whole local stack",
  async run(progress, size) {
    const { rounds, idle } = SIZES[size];
    const stack = await createLocalStack();
    const took: Record<Step, number[]> = { up: [], nothing: [], command: [], destroy: [], down: [] };
    const note = async (step: Step, work: () => Promise<unknown>): Promise<void> => {
      const seconds = (await timed(work)) / 1_000;
      took[step].push(seconds);
      progress(`${NAMES[step]}: ${seconds.toFixed(1)} s`);
    };
    try {
      progress("a first up and down, left out");
      await stack.npm("up");
      await stack.npm("down");
      for (let round = 0; round < rounds; round += 1) {
        await note("up", () => stack.npm("up"));
        for (let again = 0; again < idle; again += 1) await note("nothing", () => upWithNothingToDo(stack));
        await note("command", () => stack.npm("up"));
        // Every second round by Pulumi's own command, the others by ours.
        const step = round % 2 === 0 ? "destroy" : "down";
        await note(step, () =>
          step === "down"
            ? stack.npm("down")
            : stack.pulumi("destroy", "--yes", "--skip-preview", "--stack", "dev"),
        );
        if (stack.pids().length > 0) throw new Error(`after ${step}, processes run: ${stack.pids().join()}`);
      }
      return STEPS.filter((step) => took[step].length > 0).map((step) =>
        figureOf(NAMES[step], took[step], "s", GOALS[step]),
      );
    } finally {
      await stack.stop();
    }
  },
};

type Step = "up" | "nothing" | "command" | "destroy" | "down";

const NAMES = {
  up: "npm run up of everything, warm",
  nothing: "pulumi up with nothing to do",
  command: "npm run up with nothing to do: preview, policies and a look at what runs included",
  destroy: "pulumi destroy",
  down: "npm run down",
} as const satisfies Record<Step, string>;

const GOALS: Partial<Record<Step, { readonly atMost: number }>> = {
  up: { atMost: 30 },
  nothing: { atMost: 5 },
  destroy: { atMost: 10 },
};

const STEPS = Object.keys(NAMES) as Step[];

async function upWithNothingToDo(stack: LocalStack): Promise<void> {
  const { all } = await stack.pulumi(...UP);
  const changes = /Resources:\n((?: +.*\n)+)/.exec(all)?.[1]?.trim();
  if (changes === undefined || !/^\d+ unchanged$/.test(changes))
    throw new Error(`an up with nothing to do did something: ${changes ?? all.slice(-2_000)}`);
}
