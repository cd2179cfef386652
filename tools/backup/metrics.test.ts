import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../tests/support/folder.ts";
import { metricsFile, tellSuccess } from "./metrics.ts";

const folder = temporaryFolder("backup-metrics");
afterAll(() => folder.remove());

describe("tellSuccess", () => {
  it("writes what node_exporter reads, over what was there, and leaves nothing else", async () => {
    const file = join(folder.path, "text", "tickhouse.prom");
    await tellSuccess(file, "production", { cutAt: "2026-01-02T03:04:05.500Z" });
    await tellSuccess(file, "production", { cutAt: "2026-01-03T03:04:05.500Z" });
    expect(readFileSync(file, "utf8")).toBe(
      "# HELP tickhouse_backup_last_success_timestamp_seconds The moment that the last good backup holds, in seconds since 1970.\n" +
        "# TYPE tickhouse_backup_last_success_timestamp_seconds gauge\n" +
        'tickhouse_backup_last_success_timestamp_seconds{stack="production"} 1767409445.5\n',
    );
    expect(readdirSync(join(folder.path, "text"))).toEqual(["tickhouse.prom"]);
  });

  it("names a file that can't be written, and leaves nothing beside it", async () => {
    const taken = join(folder.path, "taken.prom");
    mkdirSync(taken);
    await expect(tellSuccess(taken, "production", { cutAt: "2026-01-02T03:04:05Z" })).rejects.toThrow(
      `--metrics-file = ${taken}: can't be written (EISDIR)`,
    );
    expect(readdirSync(folder.path)).not.toContain("taken.prom.new");
  });
});

describe("metricsFile", () => {
  it("takes what node_exporter reads, and refuses all else with what is accepted", () => {
    expect(metricsFile("/var/lib/node_exporter/tickhouse.prom")).toBe(
      "/var/lib/node_exporter/tickhouse.prom",
    );
    for (const wrong of ["", "/", "folder/", ".prom", "a/.prom", "tickhouse.txt"])
      expect(() => metricsFile(wrong), wrong).toThrow("accepted: a path that ends in NAME.prom");
  });
});
