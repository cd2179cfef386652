import { createRandom, type Random } from "../random.ts";

/** Every way in which the drill hurts a stack. */
export const FAULT_KINDS = [
  "kill-clickhouse",
  "pause-clickhouse",
  "kill-kafka",
  "pause-kafka",
  "kill-keeper",
  "pause-keeper",
  "kill-producer",
  "pause-producer",
  "rebalance",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** What can be hurt, and the names of what there is of it: `{clickhouse: ["clickhouse-01", …], kafka: ["kafka"], …}`. */
export type Victims = Readonly<Record<Part, readonly string[]>>;
export type Part = "clickhouse" | "kafka" | "keeper" | "producer";

export interface PlannedFault {
  readonly kind: FaultKind;
  readonly victim: string;
  /** As soon as so many lines are acknowledged. */
  readonly atLines: number;
  /** How long a pause lasts, and how long a killed one stays away before it is brought back. */
  readonly forMs: number;
}

export function partOf(kind: FaultKind): Part {
  return kind === "rebalance" ? "clickhouse" : (kind.slice(kind.indexOf("-") + 1) as Part);
}

/** Each tenth round is left alone; of the others one in six is hurt twice. */
const QUIET_EVERY = 10;
const TWICE = 1 / 6;

/** The faults of a round: the same for the same words. Two at once hit different parts. Pure. */
export function planFaults(
  { seed, round, lines }: { readonly seed: number; readonly round: number; readonly lines: number },
  kinds: readonly FaultKind[],
  victims: Victims,
): PlannedFault[] {
  if (round % QUIET_EVERY === 0) return [];
  const random = createRandom("faults", seed, round, kinds.join(","));
  const plan = (kind: FaultKind): PlannedFault => {
    const victim = random.pick(victims[partOf(kind)]);
    const atLines = Math.ceil(lines * (0.15 + random.float() * 0.6));
    const forMs = kind.startsWith("pause") ? random.int(1_000, 8_000) : random.int(0, 1_500);
    return { kind, victim, atLines, forMs };
  };
  const first = plan(kindOf(seed, round, kinds));
  const others = kinds.filter((kind) => partOf(kind) !== partOf(first.kind));
  return random.chance(TWICE) && others.length > 0 ? [first, plan(random.pick(others))] : [first];
}

/** Every kind comes once, in an order of the seed's own, before any comes again. */
function kindOf(seed: number, round: number, kinds: readonly FaultKind[]): FaultKind {
  const turn = round - 1 - Math.floor(round / QUIET_EVERY);
  const random = createRandom("kinds", seed, Math.floor(turn / kinds.length), kinds.join(","));
  return shuffled(kinds, random)[turn % kinds.length] ?? random.pick(kinds);
}

/** The same things in another order. */
function shuffled<T>(things: readonly T[], random: Random): T[] {
  const left = [...things];
  return things.flatMap(() => left.splice(random.int(0, left.length - 1), 1));
}

/** Kinds that a stack can be hurt by: those of parts that it has, and that can be done to them. */
export const possibleKinds = (victims: Victims, canPause = true): FaultKind[] =>
  FAULT_KINDS.filter(
    (kind) =>
      victims[partOf(kind)].length > 0 &&
      // The sender is a process of the drill's own.
      (canPause || kind === "pause-producer" || !kind.startsWith("pause-")),
  );
