import type { Victims } from "./plan.ts";

/** The servers of a stack as its target lets them be hurt and healed. Every method may be called again. */
export interface Servers {
  readonly names: Omit<Victims, "producer">;
  /** Whether they can be stopped for a while, as a process can. */
  readonly canPause: boolean;
  /** As if the power went: no signal that it could act on. Returns when it is dead. */
  kill(name: string): Promise<void>;
  /** Brings a dead one back, over its data, as the stack's user would; returns when it is up. */
  revive(name: string): Promise<void>;
  /** Those that do not run. Asked for when none of them should be dead. */
  fallen(): Promise<readonly string[]>;
  pause(name: string): Promise<void>;
  resume(name: string): Promise<void>;
}
