/** By this key the engine knows a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** What a resource is given, with secrets as what they hold. */
export function inClear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inClear);
  if (value === null || typeof value !== "object") return value;
  if (SIGNATURE in value) return inClear((value as unknown as { value: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inClear(each)]));
}
