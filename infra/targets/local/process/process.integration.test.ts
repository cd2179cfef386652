import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../tests/support/folder.ts";
import { freePorts } from "../../../../tests/support/freePort.ts";
import { pollUntil } from "../../../poll.ts";
import { directoryProvider } from "../directoryProvider.ts";
import { identify, isAlive, type ProcessIdentity } from "./identity.ts";
import { processProvider } from "./provider.ts";
import type { ProcessSpec } from "./spec.ts";
import { readPidFile, startProcess } from "./start.ts";
import { stopProcess } from "./stop.ts";

const HTTP =
  'require("http").createServer((_, answer) => answer.end("ok")).listen(process.env.PORT, "127.0.0.1");';
const TCP = 'require("net").createServer((socket) => socket.end()).listen(process.env.PORT, "127.0.0.1");';
const IDLE = "setInterval(() => {}, 1000);";

let folder: ReturnType<typeof temporaryFolder>;
let directory: string;
let port: number;

beforeEach(async () => {
  folder = temporaryFolder("process");
  directory = join(folder.path, "stack", "it");
  mkdirSync(directory, { recursive: true });
  [port = 0] = await freePorts(1);
});

afterEach(() => {
  // Each process of a test runs a script of its folder.
  const leaked = running();
  for (const { pid } of leaked) process.kill(pid, "SIGKILL");
  folder.remove();
  expect(leaked).toEqual([]);
});

function running(): { pid: number; command: string }[] {
  const lines = execFileSync("ps", ["-eo", "pid=,stat=,args="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, state = "", command = ""] = /^\s*(\d+) (\S+)\s+(.*)$/.exec(line) ?? [];
    return command.includes(folder.path) && !state.startsWith("Z") ? [{ pid: Number(pid), command }] : [];
  });
}

/** A process that runs a small script and is asked for over HTTP, unless told otherwise. */
function makeSpec(script: string, changes: Partial<ProcessSpec> = {}): ProcessSpec {
  const file = join(folder.path, "script.cjs");
  writeFileSync(file, script);
  return {
    name: "it",
    directory,
    command: ["node", file],
    env: { PORT: String(port) },
    files: {},
    prepare: [],
    contentHash: "",
    ready: { kind: "http", url: `http://127.0.0.1:${port}/ready` },
    readyTimeoutMs: 20_000,
    ports: [{ host: "127.0.0.1", port, owner: "it", setting: "tickhouse:apiPort" }],
    stop: { drain: null, graceMs: 5_000 },
    logFile: "log/it.log",
    ...changes,
  };
}

const alive = { kind: "alive", forMs: 50 } as const;
const stop = (identity: ProcessIdentity, graceMs = 5_000): Promise<void> =>
  stopProcess("it", identity, { drain: null, graceMs });
/** Waits until a process of a test has written a file. */
const written = (file: string): Promise<string | undefined> =>
  pollUntil(10_000, () =>
    existsSync(file) && readFileSync(file, "utf8") !== "" ? readFileSync(file, "utf8") : undefined,
  );

describe("startProcess", () => {
  it("returns when the process answers over HTTP, and leaves a pid file that names it", async () => {
    const identity = await startProcess(makeSpec(HTTP));
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    expect(isAlive(identity)).toBe(true);
    expect(readPidFile(directory)).toEqual(identity);
    await stop(identity);
    expect(isAlive(identity)).toBe(false);
    expect(readPidFile(directory)).toBeUndefined();
  });

  it("waits while the process says that it is not ready yet", async () => {
    const script =
      'let left = 3; require("http").createServer((_, answer) => answer.writeHead(left-- > 0 ? 503 : 200).end(String(left))).listen(process.env.PORT, "127.0.0.1");';
    const identity = await startProcess(makeSpec(script));
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("-2");
    await stop(identity);
  });

  it("returns when the process accepts on its TCP port", async () => {
    const identity = await startProcess(makeSpec(TCP, { ready: { kind: "tcp", host: "127.0.0.1", port } }));
    expect(isAlive(identity)).toBe(true);
    await stop(identity);
  });

  it("returns when a process that listens on nothing has stayed up", async () => {
    const identity = await startProcess(makeSpec(IDLE, { ready: alive, ports: [] }));
    expect(isAlive(identity)).toBe(true);
    await stop(identity);
  });

  it("names the probe, its last answer and the logs when the process is not ready in time, and ends it", async () => {
    const script = `console.error("still looking for my keys"); ${IDLE}`;
    const error = await startProcess(makeSpec(script, { readyTimeoutMs: 1_000 })).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "PROCESS_FAILED" });
    const { message } = error as Error;
    expect(message).toContain(
      `it was not ready within 1 s: waited for http://127.0.0.1:${port}/ready, last answer: `,
    );
    expect(message).toContain("ECONNREFUSED");
    expect(message).toContain(join(directory, "log/console.log"));
    expect(message).toContain(join(directory, "log/it.log"));
    expect(message).toContain("still looking for my keys");
    expect(running()).toEqual([]);
    expect(existsSync(join(directory, "pid.json"))).toBe(false);
  });

  it.each([
    [
      "its exit code",
      'console.error("no such table"); process.exitCode = 3;',
      "ended while starting (exit code 3)",
    ],
    [
      "the signal",
      'console.error("no such table"); process.kill(process.pid, "SIGKILL");',
      "ended while starting (SIGKILL)",
    ],
  ])("tells of a process that ends by itself %s and last words", async (_, script, how) => {
    const error = await startProcess(makeSpec(script)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "PROCESS_FAILED", message: expect.stringContaining(`it ${how}`) });
    expect((error as Error).message).toContain("no such table");
    expect(running()).toEqual([]);
  });

  it("says which program is missing", async () => {
    const spec = makeSpec(IDLE, { command: ["no-such-program-of-a-test"] });
    await expect(startProcess(spec)).rejects.toMatchObject({
      code: "PROGRAM_MISSING",
      message: "it: the program no-such-program-of-a-test is not on PATH: install it",
    });
    const java = makeSpec(IDLE, { prepare: [{ command: ["no-such-program-of-a-test"], creates: "data/x" }] });
    await expect(startProcess(java)).rejects.toMatchObject({ code: "PROGRAM_MISSING" });
  });

  it("starts nothing where a port is taken", async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(port, "127.0.0.1", resolve));
    const marker = join(folder.path, "started");
    const spec = makeSpec(`require("fs").writeFileSync(${JSON.stringify(marker)}, "x"); ${IDLE}`, {
      files: { "a.xml": "" },
    });
    await expect(startProcess(spec)).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringContaining(
        `port ${port} on 127.0.0.1, wanted by it, is taken by pid ${process.pid}`,
      ),
    });
    expect(existsSync(marker)).toBe(false);
    expect(existsSync(join(directory, "etc"))).toBe(false);
    await new Promise((resolve) => holder.close(resolve));
  });

  it("renders files for their owner alone, and each start renders all of them anew", async () => {
    const mode = (path: string): number => statSync(join(directory, path)).mode & 0o777;
    const spec = makeSpec(IDLE, {
      ready: alive,
      ports: [],
      files: { "config.xml": "<one/>", "sub/password": "hidden" },
    });
    await stop(await startProcess(spec));
    expect([mode("etc"), mode("etc/sub"), mode("log"), mode("data")]).toEqual([0o700, 0o700, 0o700, 0o700]);
    expect([
      mode("etc/config.xml"),
      mode("etc/sub/password"),
      mode("log/console.log"),
      mode("pid.json"),
    ]).toEqual([0o600, 0o600, 0o600, 0o600]);
    writeFileSync(join(directory, "data", "kept"), "");

    await stop(await startProcess({ ...spec, files: { "config.xml": "<two/>" } }));
    expect(readFileSync(join(directory, "etc/config.xml"), "utf8")).toBe("<two/>");
    expect(existsSync(join(directory, "etc/sub"))).toBe(false);
    expect(existsSync(join(directory, "data", "kept"))).toBe(true);
  });

  it("gives the process its own environment, and of this one's no more than it needs", async () => {
    process.env["SECRET_OF_A_TEST"] = "hidden";
    const file = join(folder.path, "env.json");
    const identity = await startProcess(
      makeSpec(`require("fs").writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.env)); ${IDLE}`, {
        ready: alive,
        ports: [],
      }),
    );
    delete process.env["SECRET_OF_A_TEST"];
    const env = JSON.parse((await written(file)) ?? "{}");
    await stop(identity);
    expect(env).toMatchObject({ PORT: String(port), PATH: process.env["PATH"] });
    expect(env["SECRET_OF_A_TEST"]).toBeUndefined();
  });

  it("prepares once, and tells why that failed", async () => {
    const log = join(folder.path, "prepared");
    const script = `require("fs").appendFileSync(${JSON.stringify(log)}, "x"); require("fs").writeFileSync("data/made", "");`;
    const spec = makeSpec(IDLE, {
      ready: alive,
      ports: [],
      prepare: [{ command: ["node", "-e", script], creates: "data/made" }],
    });
    await stop(await startProcess(spec));
    await stop(await startProcess(spec));
    expect(readFileSync(log, "utf8")).toBe("x");

    const broken = {
      ...spec,
      prepare: [
        {
          command: ["node", "-e", 'console.error("disk is full"); process.exitCode = 1'],
          creates: "data/other",
        },
      ],
    };
    await expect(startProcess(broken)).rejects.toMatchObject({
      code: "PROCESS_FAILED",
      message: expect.stringContaining("it: preparing it failed: disk is full"),
    });
    expect(running()).toEqual([]);
  });

  it("keeps one old console log when it has grown large", async () => {
    mkdirSync(join(directory, "log"), { recursive: true });
    writeFileSync(join(directory, "log/console.log"), "old".repeat(2_000_000));
    await stop(
      await startProcess(
        makeSpec(`console.log("new"); ${IDLE}`, { ready: { kind: "alive", forMs: 500 }, ports: [] }),
      ),
    );
    expect(statSync(join(directory, "log/console.log.1")).size).toBe(6_000_000);
    expect(readFileSync(join(directory, "log/console.log"), "utf8")).toBe("new\n");
  });

  it("leaves a process that outlives whoever started it", async () => {
    const starter = `
      import "@tickhouse/infra/loadTypeScript";
      const { startProcess } = await import(${JSON.stringify(join(import.meta.dirname, "start.ts"))});
      console.log(JSON.stringify(await startProcess(JSON.parse(process.argv[1]))));`;
    const args = ["--input-type=module", "-e", starter, "--", JSON.stringify(makeSpec(HTTP))];
    const identity = JSON.parse(
      execFileSync("node", args, { cwd: import.meta.dirname, encoding: "utf8", timeout: 30_000 }),
    ) as ProcessIdentity;
    expect(isAlive(identity)).toBe(true);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    await stop(identity);
    expect(isAlive(identity)).toBe(false);
  });

  it("first stops the process that an interrupted run left in the folder", async () => {
    const spec = makeSpec(HTTP);
    const first = await startProcess(spec);
    const second = await startProcess(spec);
    expect(isAlive(first)).toBe(false);
    expect(isAlive(second)).toBe(true);
    expect(readPidFile(directory)).toEqual(second);
    await stop(second);
  });

  it("never signals another process that has got the pid of an old one", async () => {
    const other = await startProcess(
      makeSpec(IDLE, { ready: alive, ports: [], directory: join(folder.path, "other") }),
    );
    writeFileSync(
      join(directory, "pid.json"),
      JSON.stringify({ ...other, startedAt: `${other.startedAt}0` }),
    );
    const identity = await startProcess(makeSpec(IDLE, { ready: alive, ports: [] }));
    expect(isAlive(other)).toBe(true);
    await Promise.all([stop(identity), stop(other)]);
  });

  it("ends a process whose pid file can't be written", async () => {
    // It was left running: what was to be ended was read back from that file.
    mkdirSync(join(directory, "pid.json"));
    await expect(startProcess(makeSpec(HTTP))).rejects.toThrow("EISDIR");
    expect(running()).toEqual([]);
  });

  it("starts over a pid file that was cut off", async () => {
    writeFileSync(join(directory, "pid.json"), '{"pid": 1');
    const identity = await startProcess(makeSpec(HTTP));
    expect(readPidFile(directory)).toEqual(identity);
    await stop(identity);
  });
});

describe("stopProcess", () => {
  it("lets the process end in its own way", async () => {
    const file = join(folder.path, "last");
    const ready = join(folder.path, "ready");
    const script = `process.on("SIGTERM", () => { require("fs").writeFileSync(${JSON.stringify(file)}, "bye"); process.exit(0); }); require("fs").writeFileSync(${JSON.stringify(ready)}, "x"); ${IDLE}`;
    const identity = await startProcess(makeSpec(script, { ready: alive, ports: [] }));
    await written(ready);
    await stop(identity);
    expect(readFileSync(file, "utf8")).toBe("bye");
  });

  it("kills a process that does not listen to SIGTERM, not before its grace is over", async () => {
    const ready = join(folder.path, "ready");
    const identity = await startProcess(
      makeSpec(
        `process.on("SIGTERM", () => {}); require("fs").writeFileSync(${JSON.stringify(ready)}, "x"); ${IDLE}`,
        { ready: alive, ports: [] },
      ),
    );
    await written(ready);
    const start = Date.now();
    await stop(identity, 1_000);
    expect(Date.now() - start).toBeGreaterThan(700);
    expect(isAlive(identity)).toBe(false);
  });

  it("leaves alone what is not the process that was meant", async () => {
    const identity = await startProcess(makeSpec(IDLE, { ready: alive, ports: [] }));
    await stop({ ...identity, startedAt: "another boot:1" });
    expect(isAlive(identity)).toBe(true);
    await stop(identity);
    await stop(identity);
  });

  it("stops a node that can't be drained all the same", async () => {
    const identity = await startProcess(makeSpec(IDLE, { ready: alive, ports: [] }));
    const drain = {
      kind: "clickhouse",
      url: `http://127.0.0.1:${port}`,
      username: "a",
      password: "b",
      database: "c",
    } as const;
    await stopProcess("it", identity, { drain, graceMs: 5_000 });
    expect(isAlive(identity)).toBe(false);
  });
});

describe("processProvider", () => {
  it("starts, sees a death, starts again in place, and stops", async () => {
    const spec = makeSpec(HTTP);
    const { id, outs } = await processProvider.create(spec);
    expect(await processProvider.read(id, outs)).toEqual(outs);
    expect(identify(outs.pid)?.startedAt).toBe(outs.startedAt);

    process.kill(outs.pid, "SIGKILL");
    expect(await pollUntil(5_000, () => (isAlive(outs) ? undefined : true))).toBe(true);
    const dead = (await processProvider.read(id, outs)) ?? outs;
    expect(dead).toEqual({ ...outs, running: false });
    expect(await processProvider.diff(dead, spec)).toMatchObject({ changes: true, replaces: [] });

    const again = await processProvider.update(id, dead, spec);
    expect(again.pid).not.toBe(outs.pid);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    await processProvider.delete(id, again);
    expect(isAlive(again)).toBe(false);
  });
});

describe("directoryProvider.delete", () => {
  it("stops a process that the state never learned of, and takes its folder away", async () => {
    const identity = await startProcess(makeSpec(HTTP));
    await directoryProvider.delete(directory, { path: directory });
    expect(isAlive(identity)).toBe(false);
    expect(existsSync(directory)).toBe(false);
  });
});
