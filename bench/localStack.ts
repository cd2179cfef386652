import { type Checkout, createCheckout, type Ended } from "../tests/support/checkout.ts";
import { stoppedAtTheEnd } from "./stopping.ts";

/** The whole stack on this machine, in a copy of the checkout with a state, data and ports of its own. */
export interface LocalStack {
  readonly checkout: Checkout;
  /** `npm run NAME`; throws where it fails. */
  npm(name: string, ...args: string[]): Promise<Ended>;
  /** `pulumi ARGS` in the environment of `npm run env`; throws where it fails. */
  pulumi(...args: string[]): Promise<Ended>;
  /** Ids of the processes that run from the copy. */
  pids(): number[];
  /** Takes the stack and the copy away. */
  stop(): Promise<void>;
}

/** Copies the checkout; nothing runs yet. */
export async function createLocalStack(): Promise<LocalStack> {
  const checkout = await createCheckout();
  const pids = () => checkout.processes().map((line) => Number.parseInt(line, 10));
  return {
    checkout,
    npm: async (name, ...args) => checked(`npm run ${name}`, await checkout.npm(name, ...args)),
    pulumi: async (...args) => checked(`pulumi ${args.join(" ")}`, await checkout.withEnv("pulumi", ...args)),
    pids,
    stop: stoppedAtTheEnd(async () => {
      await checkout.npm("down");
      // A stack that could not be taken away is left for a look.
      if (pids().length > 0) throw new Error(`processes are left of ${checkout.path}: ${pids().join(", ")}`);
      checkout.remove();
    }),
  };
}

function checked(what: string, ended: Ended): Ended {
  if (ended.exitCode !== 0)
    throw new Error(`${what} ended with ${ended.exitCode}:\n${ended.all.slice(-4_000)}`);
  return ended;
}
