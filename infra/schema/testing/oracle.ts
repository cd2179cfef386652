import type { StoredTick } from "../../../tests/support/reading.ts";

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,18}))?(?:Z|([+-])(\d\d):?(\d\d))?$/;
const EARLIEST = Date.UTC(1970, 0, 2);
const MAX_FUTURE_MS = 3_600_000;
const MAX_64 = 2n ** 64n;
/** JSON.stringify escapes a surrogate without its other half, and no other. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/**
 * What a line should be read as, worked out without the engine: the tick, or undefined for a dead letter.
 * Written from README's description of a tick, in another way than the view. Names and values of a line's own fields
 * are expected to stand at its top level, each once.
 */
export function expectedTick(line: Buffer): StoredTick | undefined {
  const values = parseObject(line);
  if (values === undefined) return undefined;
  const { exchange, symbol, event_time, event_type, side } = values;
  const time = stored(event_time);
  const seq_id = whole(values["seq_id"], MAX_64);
  const [price, size] = [amount(values["price"]), amount(values["size"])];
  const version = values["source_version"];
  const source_version = absent(version) ? 1n : whole(version, 2n ** 32n);
  if (!isName(exchange) || !isName(symbol) || time === undefined) return undefined;
  if (event_type !== "trade" && event_type !== "quote" && event_type !== "book") return undefined;
  if (seq_id === undefined || price === undefined || size === undefined || source_version === undefined)
    return undefined;
  if (size >= 1e15 || price * size >= 1e15) return undefined;
  const told = absent(side) && event_type === "trade" ? "unknown" : side;
  if (told !== "buy" && told !== "sell" && (told !== "unknown" || event_type !== "trade")) return undefined;
  return {
    exchange,
    symbol,
    event_time: time,
    seq_id: String(seq_id),
    event_type,
    price,
    size,
    side: told,
    source_version: Math.max(1, Number(source_version)),
  };
}

/** An object's values; a number as its text in brackets, since a JavaScript number can't hold 64 bits. */
function parseObject(line: Buffer): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line);
    JSON.parse(text);
    const numbers = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
    let readable = true;
    const marked = text.replace(numbers, (token) => {
      if (token.startsWith('"')) return token;
      const isWhole = /^-?\d+$/.test(token);
      const fits = isWhole
        ? BigInt(token) < MAX_64 && BigInt(token) >= -(2n ** 63n)
        : Number.isFinite(Number(token));
      readable &&= fits;
      return `["number","${token}"]`;
    });
    const value = JSON.parse(marked) as unknown;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return readable && isObject && !LONE_SURROGATE.test(JSON.stringify(value))
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const absent = (value: unknown): boolean => value === undefined || value === null || value === "";
const isName = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && [...value].length <= 128;

/** A number's text, wherever it stood: by itself or in quotes. */
const digits = (value: unknown): string | undefined =>
  typeof value === "string"
    ? value
    : Array.isArray(value) && value[0] === "number"
      ? String(value[1])
      : undefined;

function whole(value: unknown, end: bigint): bigint | undefined {
  const text = digits(value);
  if (text === undefined) return undefined;
  const isNumber = typeof value !== "string" && Number.isSafeInteger(Number(text));
  const number = /^\+?\d+$/.test(text) ? BigInt(text) : isNumber ? BigInt(Number(text)) : -1n;
  return number >= 0n && number < end ? number : undefined;
}

function amount(value: unknown): number | undefined {
  const text = digits(value);
  if (text === undefined || !/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) && number >= 0 ? Math.abs(number) : undefined;
}

function stored(value: unknown): string | undefined {
  const [, day = "", clock = "", fraction = "", sign, hours = "0", minutes = "0"] =
    ISO.exec(typeof value === "string" ? value : "") ?? [];
  const local = new Date(`${day}T${clock}Z`);
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(`${day}T${clock}`)) return undefined;
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === "-" ? -1 : 1);
  const utc = local.getTime() - offset;
  if (utc < EARLIEST || utc > Date.now() + MAX_FUTURE_MS) return undefined;
  return `${new Date(utc).toISOString().slice(0, 19).replace("T", " ")}.${fraction.slice(0, 6).padEnd(6, "0")}`;
}
