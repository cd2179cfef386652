import { describe, expect, it } from "vitest";
import { createShared } from "./shared.ts";

/** A shared answer whose attempts the test ends by hand. */
function start(everyMs = 5_000) {
  const clock = { ms: 1_000 };
  const attempts: { resolve(value: string): void; reject(error: Error): void }[] = [];
  const make = () =>
    new Promise<string>((resolve, reject) => {
      attempts.push({ resolve, reject });
    });
  return { clock, attempts, shared: createShared(make, everyMs, () => clock.ms) };
}

describe("createShared", () => {
  it("gives all who ask at the same time one answer", async () => {
    const { attempts, shared } = start();
    const both = Promise.all([shared.get(), shared.get()]);
    attempts[0]?.resolve("first");
    expect(await both).toEqual(["first", "first"]);
    expect(attempts).toHaveLength(1);
  });

  it("gives the last answer again until it is old, counted from its end", async () => {
    const { clock, attempts, shared } = start();
    const asked = shared.get();
    clock.ms += 60_000;
    attempts[0]?.resolve("first");
    await asked;
    clock.ms += 4_999;
    expect(await shared.get()).toBe("first");
    clock.ms += 1;
    const next = shared.get();
    attempts[1]?.resolve("second");
    expect(await next).toBe("second");
    expect(shared.last).toEqual({ ok: true, value: "second", endedMs: clock.ms });
  });

  it("keeps a failure as long, so that nobody can ask a cluster in trouble more often", async () => {
    const { clock, attempts, shared } = start();
    const asked = shared.get();
    attempts[0]?.reject(new Error("down"));
    await expect(asked).rejects.toThrow("down");
    await expect(shared.get()).rejects.toThrow("down");
    expect(attempts).toHaveLength(1);
    expect(shared.last?.ok).toBe(false);
    clock.ms += 5_000;
    const next = shared.get();
    attempts[1]?.resolve("up");
    expect(await next).toBe("up");
  });

  it("has nothing before the first attempt ends", async () => {
    const { attempts, shared } = start();
    const asked = shared.get();
    expect(shared.last).toBeUndefined();
    attempts[0]?.resolve("first");
    await asked;
    expect(shared.last?.ok).toBe(true);
  });
});
