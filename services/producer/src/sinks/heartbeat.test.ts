import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withHeartbeat } from "./heartbeat.ts";
import type { Sink } from "./sink.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tickhouse-heartbeat-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const sinkThat = (send: Sink["send"]): Sink => ({
  description: "",
  connect: async () => undefined,
  send,
  close: async () => undefined,
});

describe("withHeartbeat", () => {
  it("writes the file when a batch is safe, and again only after a while", async () => {
    const file = join(folder, "beat");
    let clock = 1_000;
    const sink = withHeartbeat(
      sinkThat(async () => undefined),
      file,
      () => clock,
    );
    await sink.send([]);
    expect(readFileSync(file, "utf8")).toBe("1970-01-01T00:00:01.000Z");
    clock += 4_999;
    await sink.send([]);
    expect(readFileSync(file, "utf8")).toBe("1970-01-01T00:00:01.000Z");
    clock += 1;
    await sink.send([]);
    expect(readFileSync(file, "utf8")).toBe("1970-01-01T00:00:06.000Z");
  });

  it("writes nothing for a batch that did not get through", async () => {
    const file = join(folder, "beat");
    const sink = withHeartbeat(
      sinkThat(() => Promise.reject(new Error("no broker"))),
      file,
    );
    await expect(sink.send([])).rejects.toThrow("no broker");
    expect(existsSync(file)).toBe(false);
  });
});
