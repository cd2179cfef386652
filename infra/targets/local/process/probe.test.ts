import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { freePorts } from "../../../../tests/support/freePort.ts";
import { describeProbe, tryProbe } from "./probe.ts";

const servers: Server[] = [];
afterEach(() =>
  Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))),
);

const listen = (server: Server): Promise<number> => {
  servers.push(server);
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
  );
};

describe("tryProbe", () => {
  it.each([
    [200, undefined],
    [204, undefined],
    [404, "answered 404"],
    [503, "answered 503"],
  ])("takes an answer of %i: %s", async (status, problem) => {
    const port = await listen(
      createHttpServer((_, response) => response.writeHead(status, { connection: "close" }).end()),
    );
    const answer = await tryProbe({ kind: "http", url: `http://127.0.0.1:${port}/ready` }, 0);
    expect(answer).toEqual(problem === undefined ? undefined : `http://127.0.0.1:${port}/ready ${problem}`);
  });

  it("takes a port that accepts for ready", async () => {
    const port = await listen(createServer((socket) => socket.on("error", () => undefined).end()));
    expect(await tryProbe({ kind: "tcp", host: "127.0.0.1", port }, 0)).toBeUndefined();
  });

  it("says that nobody listens", async () => {
    const [port = 0] = await freePorts(1);
    expect(await tryProbe({ kind: "tcp", host: "127.0.0.1", port }, 0)).toContain("ECONNREFUSED");
    expect(await tryProbe({ kind: "http", url: `http://127.0.0.1:${port}/` }, 0)).toContain("ECONNREFUSED");
  });

  it("gives up on a server that accepts and never answers", async () => {
    const port = await listen(createServer((socket) => endings.push(() => socket.destroy())));
    const endings: (() => void)[] = [];
    const answer = await tryProbe({ kind: "http", url: `http://127.0.0.1:${port}/` }, 0);
    for (const end of endings) end();
    expect(answer).toContain(`http://127.0.0.1:${port}/: `);
  });

  it("takes a process for ready that has been up long enough", async () => {
    expect(await tryProbe({ kind: "alive", forMs: 1_000 }, Date.now() - 1_001)).toBeUndefined();
    expect(await tryProbe({ kind: "alive", forMs: 60_000 }, Date.now())).toBe("it has only just started");
  });
});

describe("describeProbe", () => {
  it.each([
    [{ kind: "http", url: "http://h/p" } as const, "http://h/p"],
    [{ kind: "tcp", host: "h", port: 1 } as const, "a connection to h:1"],
    [{ kind: "alive", forMs: 5 } as const, "5 ms without ending"],
  ])("%j is %s", (probe, text) => {
    expect(describeProbe(probe)).toBe(text);
  });
});
