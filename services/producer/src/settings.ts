import { commaList, secretFile } from "@tickhouse/common";
import { z } from "zod";
import { parseGrid } from "./sources/walk.ts";
import { ACCEPTED_TIME, parseMicros } from "./time.ts";

/** A number as text. Blank is not 0. */
function numberFrom(min: number, max: number, kind: "whole" | "any" = "any") {
  const what = kind === "whole" ? "a whole number" : "a number";
  const range = max === Number.POSITIVE_INFINITY ? `${min} or more` : `from ${min} to ${max}`;
  return z.string().transform((text, context) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    const fits =
      value >= min &&
      value <= max &&
      Number.isFinite(value) &&
      (kind === "any" || Number.isSafeInteger(value));
    if (fits) return value;
    context.addIssue({ code: "custom", message: `accepted: ${what}, ${range}` });
    return z.NEVER;
  });
}

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `accepted: ${values.join(", ")}` });

const percent = (max = 100) => numberFrom(0, max);
const seconds = (text: z.ZodType<number, string>) => text.transform((value) => value * 1000);

/** Names of one host with a port: `127.0.0.1:29092`, `[::1]:9092`. */
const brokers = commaList.refine(
  (entries) => entries.every((entry) => /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):\d{1,5}$/.test(entry)),
  "accepted: host:port, several separated by commas",
);

const grid = z.string().transform((text, context) => {
  const parsed = parseGrid(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({
    code: "custom",
    message: "accepted: a number above 0 with at most 12 decimals, such as 0.01",
  });
  return z.NEVER;
});

const speed = z.string().transform((text, context): number | "max" => {
  if (text === "max") return "max";
  const factor = Number(text.replace(/x$/, ""));
  if (Number.isFinite(factor) && factor > 0 && text.trim() !== "") return factor;
  context.addIssue({
    code: "custom",
    message: "accepted: max, 1 (original speed), or a factor above 0 such as 10",
  });
  return z.NEVER;
});

const startTime = z.string().transform((text, context): bigint | "now" => {
  if (text === "now") return "now";
  const micros = parseMicros(text);
  if (micros !== undefined) return micros;
  context.addIssue({ code: "custom", message: `${ACCEPTED_TIME}, or now` });
  return z.NEVER;
});

const distinct = (list: z.ZodType<string[], string>) => list.transform((entries) => [...new Set(entries)]);

/** What every command takes. */
export const commonSettings = z.object({
  brokers,
  topic: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{1,249}$/, "accepted: letters, digits, '.', '_' and '-', at most 249"),
  clientId: z.string().min(1),
  username: z.string().min(1).optional(),
  passwordFile: secretFile.optional(),
  caFile: secretFile.optional(),
  stdout: z.boolean(),
  quiet: z.boolean(),
  count: numberFrom(1, Number.MAX_SAFE_INTEGER, "whole").optional(),
  duration: seconds(numberFrom(0.001, 1e9)).optional(),
  pack: numberFrom(1, 100_000, "whole"),
  linger: numberFrom(0, 60_000),
  compression: oneOf(["none", "gzip"]),
  batchBytes: numberFrom(1_000, 100_000_000, "whole"),
  queueBytes: numberFrom(100_000, 4_000_000_000, "whole"),
  connectTimeout: seconds(numberFrom(0.1, 86_400)),
  deliveryTimeout: seconds(numberFrom(1, 86_400)),
  logLevel: oneOf(["fatal", "error", "warn", "info", "debug", "trace", "silent"]),
  logFile: z.string().min(1).optional(),
  heartbeatFile: z.string().min(1).optional(),
  otlpEndpoint: z.url({ protocol: /^https?$/, error: "accepted: http://host:4318" }).optional(),
  metricsHost: z.string().min(1),
  metricsPort: numberFrom(0, 65_535, "whole").optional(),
});
export type CommonSettings = z.output<typeof commonSettings>;

export const simulateSettings = commonSettings.extend({
  symbols: distinct(commaList),
  exchange: z.string().min(1, "accepted: a text"),
  rate: numberFrom(0, 10_000_000),
  clockRate: numberFrom(0.001, 10_000_000).optional(),
  seed: numberFrom(0, 2 ** 32 - 1, "whole"),
  start: startTime,
  quotes: percent(),
  corrections: percent(),
  busts: percent(),
  duplicates: percent(),
  late: percent(50),
  lateBy: numberFrom(0, 86_400),
  startPrice: numberFrom(0.000001, 1e9).optional(),
  tickSize: grid,
  maxMove: numberFrom(0, 10_000, "whole"),
  sizeStep: grid,
  maxSize: numberFrom(1, 1_000_000, "whole"),
});

export const replaySettings = commonSettings.extend({
  file: z.string().min(1, "accepted: a path, or - for standard input"),
  format: oneOf(["jsonl", "csv"]).optional(),
  speed,
  shiftToNow: z.boolean(),
  onBadRow: oneOf(["fail", "skip", "send"]),
});

export const liveSettings = commonSettings.extend({
  exchange: z.string().min(1, "accepted: an exchange id of ccxt, such as kraken"),
  symbols: z.array(z.string().min(1, "accepted: a symbol such as BTC/USDT")).min(1),
  feeds: commaList.pipe(z.array(oneOf(["trades", "quotes"]))),
  exchangeConfig: z.string().min(1).optional(),
  maxWaiting: numberFrom(1_000, 100_000_000, "whole"),
});
