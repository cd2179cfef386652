import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";
import { temporaryFolder } from "../../tests/support/folder.ts";
import { renderFlushScript } from "./flushScript.ts";

const folder = temporaryFolder("flush");
afterAll(() => folder.remove());

// A `wget` that writes down what it is asked, and answers as a node with three tables would.
const WGET = `#!/bin/sh
for last; do :; done
while [ $# -gt 1 ]; do
  case $1 in
    --post-data) query=$2 ;;
    --header) echo "$2" >> "$LOG.headers" ;;
  esac
  shift
done
echo "$last $query" >> "$LOG"
case $query in
  SELECT*) printf 'DETACH TABLE ticks_kafka SYNC\\nOPTIMIZE TABLE ticks_buffer\\nSYSTEM FLUSH DISTRIBUTED ticks_all\\n' ;;
  OPTIMIZE*) exit 4 ;;
esac
`;

it("runs what the node says, one after the other, whatever fails, with the password from its file", async () => {
  writeFileSync(join(folder.path, "wget"), WGET, { mode: 0o755 });
  const passwordFile = join(folder.path, "password");
  writeFileSync(passwordFile, "a secret");
  const script = renderFlushScript({
    httpPort: 8123,
    database: "tickhouse",
    user: "drain",
    passwordFile,
    timeoutSeconds: 20,
  });
  expect(script).not.toContain("a secret");
  const log = join(folder.path, "log");
  const { stdout } = await promisify(execFile)("sh", ["-c", script], {
    env: { PATH: `${folder.path}:${process.env["PATH"]}`, LOG: log },
  });
  const lines = readFileSync(log, "utf8").trim().split("\n");
  const url = "http://127.0.0.1:8123/?database=tickhouse";
  expect(lines[0]).toMatch(/engine IN \('Kafka', 'Buffer', 'Distributed'\).*FORMAT TSVRaw$/);
  expect(lines.slice(1)).toEqual([
    `${url} DETACH TABLE ticks_kafka SYNC`,
    `${url} OPTIMIZE TABLE ticks_buffer`,
    `${url} SYSTEM FLUSH DISTRIBUTED ticks_all`,
  ]);
  expect(stdout).toBe("failed: OPTIMIZE TABLE ticks_buffer\n");
  expect(new Set(readFileSync(`${log}.headers`, "utf8").trim().split("\n"))).toEqual(
    new Set(["X-ClickHouse-User: drain", "X-ClickHouse-Key: a secret"]),
  );
});
