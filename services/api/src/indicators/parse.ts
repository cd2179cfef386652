import { DEFINITIONS, type Indicator, MAX_PERIOD } from "./definitions.ts";

export const MAX_INDICATORS = 10;

export const ACCEPTED_INDICATORS =
  `1 to ${MAX_INDICATORS} of ${Object.values(DEFINITIONS)
    .map(({ usage }) => usage)
    .join(", ")}, separated by commas; ` +
  `n, fast, slow and signal whole numbers from 1 to ${MAX_PERIOD} (of rsi from 2), fast below slow, k above 0 and at most 10`;

/** `bollinger:20:2.5`; each name is tried in full, so what does not match is refused. */
const ONE = /^(?<name>[a-z_]+)(?<args>(?::(?:0|[1-9]\d{0,2})(?:\.\d{1,3})?)*)$/;

/** The OpenAPI pattern of the list: names and how many numbers each takes, but not the numbers' ranges. */
export const INDICATORS_PATTERN = (() => {
  const period = "(?:[1-9]\\d?|1\\d\\d|200)";
  const one = `(?:(?:sma|ema|atr|rolling_vwap):${period}|rsi:(?:[2-9]|[1-9]\\d|1\\d\\d|200)|bollinger:${period}:[1-9](?:\\.\\d{1,3})?|macd:${period}:${period}:${period}|vwap)`;
  return `^${one}(?:,${one}){0,${MAX_INDICATORS - 1}}$`;
})();

/** Reads a list of indicators; those that are named twice count once. The problem names the one that is none. */
export function parseIndicators(
  text: string,
): { readonly indicators: readonly Indicator[] } | { readonly problem: string } {
  const names = [...new Set(text.split(","))];
  if (names.length > MAX_INDICATORS) return { problem: `${ACCEPTED_INDICATORS} (not ${names.length})` };
  const indicators: Indicator[] = [];
  for (const name of names) {
    const indicator = parseOne(name);
    if (indicator === undefined) return { problem: `${ACCEPTED_INDICATORS} (not ${JSON.stringify(name)})` };
    indicators.push(indicator);
  }
  return { indicators };
}

function parseOne(text: string): Indicator | undefined {
  const { name = "", args = "" } = ONE.exec(text)?.groups ?? {};
  if (!Object.hasOwn(DEFINITIONS, name)) return undefined;
  return DEFINITIONS[name as keyof typeof DEFINITIONS].parse(text, args.split(":").slice(1).map(Number));
}
