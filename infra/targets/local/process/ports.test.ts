import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { freePorts } from "../../../../tests/support/freePort.ts";
import { findHolder, type PortClaim, takenPorts } from "./ports.ts";

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** Another process that listens. */
async function startServer(host: string): Promise<{ pid: number; port: number }> {
  const script = `const s = require("net").createServer().listen(0, ${JSON.stringify(host)}, () => console.log(s.address().port))`;
  const child = spawn(process.execPath, ["-e", script, "a-server-of-a-test"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  endings.push(() => child.kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  return { pid: child.pid ?? 0, port: Number(String(line)) };
}

const claim = (port: number, host = "127.0.0.1"): PortClaim => ({
  host,
  port,
  owner: "clickhouse-01",
  setting: "tickhouse:clickhouseHttpPort",
});

describe("takenPorts", () => {
  it("says nothing of free ports, and leaves them free", async () => {
    const ports = await freePorts(3);
    const claims = ports.map((port) => claim(port));
    expect(await takenPorts(claims)).toEqual([]);
    expect(await takenPorts(claims)).toEqual([]);
  });

  it.each(["127.0.0.1", "0.0.0.0"])(
    "names who listens on %s: pid, command, and the setting that moves the port",
    async (host) => {
      const { pid, port } = await startServer(host);
      const [problem, ...others] = await takenPorts([claim(port)]);
      expect(others).toEqual([]);
      expect(problem).toContain(
        `port ${port} on 127.0.0.1, wanted by clickhouse-01, is taken by pid ${pid} (${process.execPath} -e const s`,
      );
      expect(problem).toContain(`pulumi config set tickhouse:clickhouseHttpPort <port>`);
    },
  );

  it("finds a port taken that another holds on one address, when it is wanted on all", async () => {
    const { pid, port } = await startServer("127.0.0.1");
    expect(await takenPorts([claim(port, "0.0.0.0")])).toEqual([
      expect.stringContaining(`is taken by pid ${pid}`),
    ]);
  });

  it("tells an address that this machine does not have from a port that is taken", async () => {
    const [port = 0] = await freePorts(1);
    // 203.0.113.0/24 is for documentation: no machine has it.
    const [problem] = await takenPorts([claim(port, "203.0.113.1")]);
    expect(problem).toContain(
      `port ${port} on 203.0.113.1, wanted by clickhouse-01, can't be listened on (EADDRNOTAVAIL)`,
    );
    expect(problem).not.toContain("taken");
  });
});

describe("findHolder", () => {
  it("knows nobody where nobody listens", async () => {
    const [port = 0] = await freePorts(1);
    expect(findHolder(port)).toBeUndefined();
  });
});
