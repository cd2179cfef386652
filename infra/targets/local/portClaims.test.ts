import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { freePorts } from "../../../tests/support/freePort.ts";
import { portClaimsProvider } from "./portClaimsProvider.ts";
import type { PortClaim } from "./process/ports.ts";

const servers: Server[] = [];
afterEach(() =>
  Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))),
);

/** A port that this test holds. */
const listen = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    servers.push(server);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });

const claim = (port: number, owner = "kafka"): PortClaim => ({
  host: "127.0.0.1",
  port,
  owner,
  setting: "tickhouse:kafkaPort",
});

describe("portClaimsProvider.check", () => {
  it("names every taken port at once, before anything is started", async () => {
    const [free = 0] = await freePorts(1);
    const [one, two] = [await listen(), await listen()];
    const failures = await portClaimsProvider.check(undefined, {
      claims: [claim(one), claim(free), claim(two, "the API")],
    });
    expect(failures.map(({ property }) => property)).toEqual(["claims", "claims"]);
    expect(failures[0]?.reason).toContain(
      `port ${one} on 127.0.0.1, wanted by kafka, is taken by pid ${process.pid}`,
    );
    expect(failures[1]?.reason).toContain(
      `port ${two} on 127.0.0.1, wanted by the API, is taken by pid ${process.pid}`,
    );
  });

  it("does not look at ports that the stack holds already", async () => {
    const [held, other] = [await listen(), await listen()];
    expect(await portClaimsProvider.check({ claims: [claim(held)] }, { claims: [claim(held)] })).toEqual([]);
    const failures = await portClaimsProvider.check(
      { claims: [claim(held)] },
      { claims: [claim(held), claim(other)] },
    );
    expect(failures.map(({ reason }) => reason)).toEqual([expect.stringContaining(`port ${other}`)]);
  });
});

describe("portClaimsProvider.diff", () => {
  it("sees a moved port, and no change in who wants it", async () => {
    expect(await portClaimsProvider.diff({ claims: [claim(1)] }, { claims: [claim(2)] })).toEqual({
      changes: true,
    });
    expect(await portClaimsProvider.diff({ claims: [claim(1)] }, { claims: [claim(1, "another")] })).toEqual({
      changes: false,
    });
  });
});
