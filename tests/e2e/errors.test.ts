import { chmodSync, existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Checkout, createCheckout, type Ended } from "../support/checkout.ts";

// What a newcomer does wrong. Each ends with exit code 1 and an error that names cause and cure; `npm run down`
// works afterwards and leaves nothing.
let checkout: Checkout;
let settings: string;

beforeAll(async () => {
  checkout = await createCheckout();
  checkout.set("readyTimeoutSeconds", 6);
  settings = checkout.read("Pulumi.dev.yaml");
});

afterEach(async () => {
  const down = await checkout.npm("down");
  expect(down.exitCode, down.all).toBe(0);
  checkout.write("Pulumi.dev.yaml", settings);
  expect(checkout.processes(), "processes left behind").toEqual([]);
  expect(existsSync(join(checkout.path, ".tickhouse")), "data left behind").toBe(false);
});

afterAll(() => checkout?.remove());

const expectFailure = (ended: Ended, ...says: (string | RegExp)[]): void => {
  expect(ended.exitCode, ended.all).toBe(1);
  for (const text of says)
    typeof text === "string" ? expect(ended.all).toContain(text) : expect(ended.all).toMatch(text);
  expect(ended.all, "a stack trace helps nobody here").not.toMatch(/\n\s+at .*\.ts:\d+/);
};

describe("npm run up", () => {
  it("names every wrong setting at once, with what is accepted", async () => {
    checkout.set("shardz", 3);
    checkout.set("partitions", 0);
    checkout.set("bufferMode", "turbo");
    expectFailure(
      await checkout.npm("up"),
      "configuration has 3 problem(s)",
      "tickhouse:shardz is no setting; did you mean tickhouse:shards?",
      'tickhouse:partitions is "0"; accepted: a whole number from 1 to 1000',
      'tickhouse:bufferMode is "turbo"; accepted: passthrough, throughput',
    );
  });

  it("leaves a word where a number belongs to the CLI, which names setting and type", async () => {
    checkout.set("partitions", "many");
    expectFailure(await checkout.npm("up"), "'tickhouse:partitions' must be of type 'integer'");
  });

  it("names the targets that there are when asked for another", async () => {
    checkout.set("target", "mars");
    expectFailure(await checkout.npm("up"), /tickhouse:target is "mars"; accepted: local/);
  });

  it("names the port, its holder and the setting before anything starts", async () => {
    const port = Number(/apiPort: "(\d+)"/.exec(settings)?.[1]);
    const holder = await listen(port);
    try {
      const up = await checkout.npm("up");
      expectFailure(up, `port ${port}`, `pid ${process.pid}`, "pulumi config set tickhouse:apiPort");
      expect(up.all).not.toMatch(/Process (kafka|clickhouse-01)/);
    } finally {
      await new Promise((resolve) => holder.close(resolve));
    }
  });

  it("says which Java is wanted and how to get it", async () => {
    const path = toolsWithout("no-java", []);
    expectFailure(
      await checkout.npmOnPath(path, "up"),
      /java is not there; wanted: Java 17 or newer.*apt install/,
    );
  });

  it("names the truncated SQL file", async () => {
    const file = "schema/08_trades_1m_mv.sql";
    const text = checkout.read(file);
    truncateSync(join(checkout.path, file), text.indexOf("FROM ticks_local") - 40);
    try {
      expectFailure(await checkout.npm("up"), /08_trades_1m_mv\.sql: .*is it truncated\?/);
    } finally {
      checkout.write(file, text);
    }
  });

  it("gives a broker that never comes its deadline, and says where its log is", async () => {
    // A java that formats storage and then serves nothing.
    const sleeper =
      '#!/bin/sh\ncase "$*" in *-version*) echo \'openjdk version "17.0.1"\' >&2;; *StorageTool*) ;; *) exec sleep 3600 # "$0"\n;; esac\n';
    const path = [toolsWithout("sleepy-java", [["java", sleeper]]), process.env["PATH"]].join(delimiter);
    const up = await checkout.npmOnPath(path, "up");
    expectFailure(
      up,
      /kafka was not ready within 6 s: waited for a connection to 127\.0\.0\.1:\d+/,
      /kafka\/log\/console\.log/,
    );
  });
});

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

/** A folder for PATH with the few programs that a set-up starts from, and scripts in place of others. */
function toolsWithout(name: string, scripts: readonly (readonly [string, string])[]): string {
  const folder = join(checkout.path, `.path-${name}`);
  mkdirSync(folder, { recursive: true });
  for (const program of ["node", "npm", "sh", "bash", "env", "ps", "sleep"]) {
    const found = (process.env["PATH"] ?? "")
      .split(delimiter)
      .map((dir) => join(dir, program))
      .find((file) => existsSync(file));
    if (found !== undefined && !existsSync(join(folder, program))) symlinkSync(found, join(folder, program));
  }
  for (const [script, text] of scripts) {
    writeFileSync(join(folder, script), text);
    chmodSync(join(folder, script), 0o755);
  }
  return folder;
}
