import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../tests/support/folder.ts";
import { tellSuccess } from "./metrics.ts";

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
});
