/** A tick as the drill itself reads it: a reader of its own, that shares nothing with the warehouse's. */
export interface ReadTick {
  readonly exchange: string;
  readonly symbol: string;
  /** Microseconds since 1970. */
  readonly micros: bigint;
  readonly seqId: bigint;
  readonly type: string;
  readonly price: number;
  readonly size: number;
  readonly side: string;
  readonly version: number;
}

const TYPES = ["trade", "quote", "book"];
const FIRST_MICROS = BigInt(Date.UTC(1970, 0, 2)) * 1_000n;
const FUTURE_MICROS = 3_600_000_000n;
/** Above it the warehouse's decimal sums would overflow. */
const MONEY_BOUND = 1e15;

/** What a line says: a tick, or undefined where it is none. Strict about bytes: what is no UTF-8 is no JSON. */
export function readLine(bytes: Uint8Array, nowMicros: bigint): ReadTick | undefined {
  const fields = parseObject(bytes);
  if (fields === undefined) return undefined;
  const { exchange, symbol, event_type: type, price, size } = fields;
  const micros = readTime(fields["event_time"]);
  const seqId = readWhole(fields["seq_id"]);
  const version = fields["source_version"] === undefined ? 1n : readWhole(fields["source_version"]);
  const side = readSide(type, fields["side"]);
  if (typeof exchange !== "string" || exchange === "") return undefined;
  if (typeof symbol !== "string" || symbol === "") return undefined;
  if (typeof type !== "string" || !TYPES.includes(type)) return undefined;
  if (micros === undefined || seqId === undefined || version === undefined || side === undefined)
    return undefined;
  if (micros < FIRST_MICROS || micros > nowMicros + FUTURE_MICROS) return undefined;
  if (!isMoney(price) || !isMoney(size) || size >= MONEY_BOUND || price * size >= MONEY_BOUND)
    return undefined;
  return { exchange, symbol, micros, seqId, type, price, size, side, version: Math.max(Number(version), 1) };
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const isMoney = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;

function readTime(value: unknown): bigint | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(
    typeof value === "string" ? value : "",
  );
  const millis = Date.parse(`${match?.[1]}Z`);
  if (match === null || Number.isNaN(millis)) return undefined;
  return BigInt(millis) * 1_000n + BigInt((match[2] ?? "").padEnd(6, "0"));
}

function readWhole(value: unknown): bigint | undefined {
  if (typeof value === "number") return Number.isInteger(value) && value >= 0 ? BigInt(value) : undefined;
  return typeof value === "string" && /^\d+$/.test(value) ? BigInt(value) : undefined;
}

/** A trade may keep its side to itself; a quote or a level is nothing without. */
function readSide(type: unknown, value: unknown): string | undefined {
  if (value === "buy" || value === "sell") return value;
  if (type !== "trade") return undefined;
  return value === undefined || value === "" || value === "unknown" ? "unknown" : undefined;
}
