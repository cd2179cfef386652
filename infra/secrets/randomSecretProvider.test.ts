import { describe, expect, it } from "vitest";
import { randomSecretProvider } from "./randomSecretProvider.ts";

describe("randomSecretProvider", () => {
  it("makes another secret each time, of the entropy asked for and safe in a URL", async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, () => randomSecretProvider.create({ bytes: 24, version: 1 })),
    );
    const values = made.map(({ outs }) => outs.value);
    expect(new Set(values).size).toBe(20);
    for (const value of values) {
      expect(value).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(Buffer.from(value, "base64url")).toHaveLength(24);
    }
  });

  it("keeps its value out of the identifier", async () => {
    const { id, outs } = await randomSecretProvider.create({ bytes: 24, version: 1 });
    expect(id).not.toContain(outs.value);
  });

  it("refuses too little entropy", async () => {
    expect(await randomSecretProvider.check(undefined, { bytes: 15, version: 1 })).toEqual([
      { property: "bytes", reason: "is 15; accepted: 16 or more" },
    ]);
    expect(await randomSecretProvider.check(undefined, { bytes: 16, version: 1 })).toEqual([]);
  });

  it("keeps a secret as long as its size and version stay, and replaces it with another size", async () => {
    const olds = { bytes: 24, version: 1, value: "kept", previous: "" };
    expect(await randomSecretProvider.diff(olds, { bytes: 24, version: 1 })).toEqual({
      changes: false,
      replaces: [],
    });
    expect(await randomSecretProvider.diff(olds, { bytes: 32, version: 1 })).toEqual({
      changes: true,
      replaces: ["bytes"],
    });
    expect(await randomSecretProvider.read("secret", olds)).toEqual(olds);
  });

  it("makes another one in place with another version, and remembers the one before", async () => {
    const olds = { bytes: 24, version: 1, value: "old", previous: "older" };
    const news = { bytes: 24, version: 2 };
    expect(await randomSecretProvider.diff(olds, news)).toEqual({ changes: true, replaces: [] });
    const changed = await randomSecretProvider.update("secret", olds, news);
    expect(changed).toMatchObject({ ...news, previous: "old" });
    expect(changed.value).not.toBe("old");
    expect(Buffer.from(changed.value, "base64url")).toHaveLength(24);
  });
});
