import { once } from "node:events";
import { connect } from "node:net";
import type { Readable, Writable } from "node:stream";
import { afterEach, expect, it, vi } from "vitest";
import { openTunnel } from "./openTunnel.ts";
import type { OpenTunnel, Tunnel } from "./tunnel.ts";

// The API server's side: a pod that answers in capitals, one that refuses, one that is not there.
const asked: unknown[] = [];
vi.mock("./cluster.ts", () => ({ kubeConfig: async () => ({}) }));
vi.mock("@kubernetes/client-node", () => ({
  PortForward: class {
    async portForward(
      namespace: string,
      pod: string,
      ports: number[],
      output: Writable,
      errors: Writable,
      input: Readable,
    ) {
      asked.push([namespace, pod, ports]);
      if (pod === "absent") throw { message: "Unexpected server response: 404" };
      // Each stream begins with its port's number, of which the client leaves an empty message.
      output.write(Buffer.alloc(0));
      errors.write(Buffer.alloc(0));
      const way: { onclose(): void; onerror(): void; close(): void } = {
        onclose: () => undefined,
        onerror: () => undefined,
        close: () => undefined,
      };
      input.on("data", (data: Buffer) => {
        const text = data.toString();
        if (pod === "refusing") errors.write(Buffer.from("connection refused"));
        else if (text === "bye") way.onclose();
        else output.write(Buffer.from(text.toUpperCase()));
      });
      return way;
    }
  },
}));

const TUNNEL: Tunnel = { context: "", namespace: "ns", pod: "clickhouse-01-0", port: 8123 };
let open: OpenTunnel | undefined;
afterEach(() => open?.close());

it("leads what is said to the pod, and what the pod says back, until either ends", async () => {
  open = await openTunnel(TUNNEL);
  const socket = connect(open.port, "127.0.0.1");
  socket.write("hello");
  const [data] = (await once(socket, "data")) as [Buffer];
  expect(data.toString()).toBe("HELLO");
  expect(asked).toEqual([["ns", "clickhouse-01-0", [8123]]]);
  socket.write("bye");
  await once(socket, "end");
  expect(open.problem()).toBeUndefined();
});

it.each([
  ["absent", "ns/absent: Unexpected server response: 404"],
  ["refusing", undefined],
])("breaks the connection where the pod is %s", async (pod, problem) => {
  open = await openTunnel({ ...TUNNEL, pod });
  const socket = connect(open.port, "127.0.0.1");
  socket.write("hello");
  const [error] = (await once(socket, "error")) as [Error & { code: string }];
  expect(error.code).toBe("ECONNRESET");
  expect(open.problem()).toBe(problem);
});

it("says when its port is taken, and gives it back", async () => {
  open = await openTunnel(TUNNEL);
  const { port } = open;
  await expect(openTunnel(TUNNEL, port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  await open.close();
  open = await openTunnel(TUNNEL, port);
  expect(open.port).toBe(port);
});
