import type { Random } from "../random.ts";
import type { FeedLine } from "./line.ts";

/** A Kafka message: one line or many, under the symbol of its first one. */
export interface FeedMessage {
  readonly key: string;
  readonly value: Buffer;
  /** Lines that it holds. */
  readonly lines: number;
}

interface Open {
  readonly key: string;
  readonly lines: FeedLine[];
  readonly until: number;
}

const messageSize = (random: Random): number => {
  const roll = random.float();
  if (roll < 0.45) return 1;
  return roll < 0.9 ? random.int(2, 12) : random.int(13, 80);
};

/**
 * Packs lines into messages, in order for each symbol. Some messages take lines of every symbol, and some broken lines
 * go alone: whoever reads may rely on neither.
 */
export function packLines(lines: readonly FeedLine[], random: Random): FeedMessage[] {
  const messages: FeedMessage[] = [];
  const open = new Map<string, Open>();
  let mixed: Open | undefined;
  const close = ({ key, lines: held }: Open): void => {
    messages.push({ key, value: join(held, random), lines: held.length });
  };
  for (const line of lines) {
    const broken = line.kinds.some((kind) => kind.startsWith("broken"));
    // Among others, a blank line is none.
    if (isBlank(line) || (broken && random.chance(0.5))) {
      close({ key: line.symbol, lines: [line], until: 1 });
      continue;
    }
    if (mixed === undefined && random.chance(0.01))
      mixed = { key: line.symbol, lines: [], until: random.int(3, 20) };
    const target = mixed ??
      open.get(line.symbol) ?? { key: line.symbol, lines: [], until: messageSize(random) };
    target.lines.push(line);
    const full = target.lines.length >= target.until;
    if (full) close(target);
    if (target === mixed) mixed = full ? undefined : mixed;
    else if (full) open.delete(line.symbol);
    else open.set(line.symbol, target);
  }
  for (const rest of [...open.values(), ...(mixed === undefined ? [] : [mixed])]) close(rest);
  return messages;
}

const isBlank = ({ bytes }: FeedLine): boolean => bytes.toString().trim() === "";

/** Newlines between the lines; now and then a blank line among them, which is none. */
function join(lines: readonly FeedLine[], random: Random): Buffer {
  const parts: Buffer[] = [];
  lines.forEach(({ bytes }, index) => {
    if (index > 0) parts.push(Buffer.from(random.chance(0.02) ? "\n \t\r\n" : "\n"));
    parts.push(bytes);
  });
  // A message of no bytes stays one.
  if (parts.some(({ length }) => length > 0) && random.chance(0.2)) parts.push(Buffer.from("\n"));
  return Buffer.concat(parts);
}
