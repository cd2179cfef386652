import { describe, expect, it } from "vitest";
import { randomSecretProvider } from "./randomSecretProvider.ts";

describe("randomSecretProvider", () => {
  it("makes another secret each time, of the entropy asked for and safe in a URL", async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, () => randomSecretProvider.create({ bytes: 24 })),
    );
    const values = made.map(({ outs }) => outs.value);
    expect(new Set(values).size).toBe(20);
    for (const value of values) {
      expect(value).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(Buffer.from(value, "base64url")).toHaveLength(24);
    }
  });

  it("keeps its value out of the identifier", async () => {
    const { id, outs } = await randomSecretProvider.create({ bytes: 24 });
    expect(id).not.toContain(outs.value);
  });

  it("refuses too little entropy", async () => {
    expect(await randomSecretProvider.check(undefined, { bytes: 15 })).toEqual([
      { property: "bytes", reason: "is 15; accepted: 16 or more" },
    ]);
    expect(await randomSecretProvider.check(undefined, { bytes: 16 })).toEqual([]);
  });

  it("keeps a secret as long as its size stays, and replaces it otherwise", async () => {
    const olds = { bytes: 24, value: "kept" };
    expect(await randomSecretProvider.diff(olds, { bytes: 24 })).toEqual({ changes: false, replaces: [] });
    expect(await randomSecretProvider.diff(olds, { bytes: 32 })).toEqual({
      changes: true,
      replaces: ["bytes"],
    });
    expect(await randomSecretProvider.read("secret", olds)).toEqual(olds);
    expect(await randomSecretProvider.update("secret", olds, { bytes: 24 })).toEqual(olds);
  });
});
