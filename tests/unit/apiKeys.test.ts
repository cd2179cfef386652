import { expect, it } from "vitest";
import { renderApiKeys, STACK_KEY_NAME } from "../../infra/secrets/apiKeys.ts";
import { nameOfKey, parseApiKeys } from "../../services/api/src/access/apiKeys.ts";

it("renders keys that the API takes, without the key", () => {
  const file = renderApiKeys("a-secret-key");
  expect(file).not.toContain("a-secret-key");
  const keys = parseApiKeys(file);
  if (typeof keys === "string") throw new Error(keys);
  expect(nameOfKey(keys, "a-secret-key")).toBe(STACK_KEY_NAME);
  expect(nameOfKey(keys, "another-key")).toBeUndefined();
});
