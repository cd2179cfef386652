import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { drain, listen, PortInUseError } from "./server.ts";
import { until } from "./testing/until.ts";

describe("listen", () => {
  it("names the port and the setting when the port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const failed = listen(() => {}, "127.0.0.1", port);
    await expect(failed).rejects.toThrow(PortInUseError);
    await expect(failed).rejects.toThrow(
      `port ${port} on 127.0.0.1 is in use: stop what listens there, or set API_PORT`,
    );
    await new Promise((resolve) => other.close(resolve));
  });
});

describe("drain", () => {
  const start = async () => {
    const finish: (() => void)[] = [];
    const server = await listen(
      (_request, response) => finish.push(() => response.end("done")),
      "127.0.0.1",
      0,
    );
    return { server, finish, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  };

  it("lets a running request finish, takes no new one, and does not wait for its idle connection", async () => {
    const { server, finish, url } = await start();
    const running = fetch(url);
    await until(() => finish.length === 1, "the request arrives");
    const started = performance.now();
    const drained = drain(server, 4_000);
    await expect(fetch(url)).rejects.toThrow();
    finish[0]?.();
    expect(await (await running).text()).toBe("done");
    expect(await drained).toBe(true);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it("cuts what is left at the deadline", async () => {
    const { server, finish, url } = await start();
    const running = fetch(url);
    running.catch(() => {});
    await until(() => finish.length === 1, "the request arrives");
    expect(await drain(server, 30)).toBe(false);
    await expect(running).rejects.toThrow();
  });
});
