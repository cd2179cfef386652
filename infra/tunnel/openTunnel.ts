import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { PassThrough, Writable } from "node:stream";
import { kubeConfig } from "./cluster.ts";
import { podBehind } from "./podBehind.ts";
import type { OpenTunnel, Tunnel } from "./tunnel.ts";

const LOOPBACK = "127.0.0.1";

/**
 * Listens on loopback, and leads each connection to the tunnel's port. A pod that comes back under its name is found again
 * by the next connection; one that is not there refuses it. Holds no process up.
 * @param localPort 0 for any that is free
 * @throws the listener's error (EADDRINUSE)
 */
export async function openTunnel(tunnel: Tunnel, localPort = 0): Promise<OpenTunnel> {
  const sockets = new Set<Socket>();
  let problem: string | undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    // Who is connected holds its process up, if it wants to.
    socket.unref();
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    lead(socket, tunnel).then(
      () => {
        problem = undefined;
      },
      (error: Error) => {
        problem = `${tunnel.namespace}/${nameOf(tunnel)}: ${error.message}`;
        socket.resetAndDestroy();
      },
    );
  });
  server.listen(localPort, LOOPBACK);
  await once(server, "listening");
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    problem: () => problem,
    close: () => closeAll(server, sockets),
  };
}

/** The WebSocket of the API server, as far as it is used here; its package types it by the browser's. */
interface Way {
  onclose: () => void;
  onerror: () => void;
  close(): void;
}

/** Connects a socket with the pod's port. */
async function lead(socket: Socket, tunnel: Tunnel): Promise<void> {
  const { context, namespace, port } = tunnel;
  const { PortForward } = await import("@kubernetes/client-node");
  const forward = new PortForward(await kubeConfig(context));
  const pod = await podBehind(tunnel);
  // What the client says before the way is open waits here.
  const toPod = new PassThrough();
  const fromPod = writeTo(socket);
  const refusals = new Writable({
    write(chunk: Buffer, _encoding, done) {
      // As of the pod's own words, the first message is the port's number alone.
      if (chunk.length > 0) socket.resetAndDestroy();
      done();
    },
  });
  const way = (await forward
    .portForward(namespace, pod, [port], fromPod, refusals, toPod)
    .catch(rethrow)) as unknown as Way;
  way.onclose = () => socket.end();
  way.onerror = () => socket.resetAndDestroy();
  socket.once("close", () => way.close());
  if (socket.destroyed) way.close();
  socket.pipe(toPod);
}

const nameOf = ({ pod }: Tunnel): string => (typeof pod === "string" ? pod : pod.service);

/** The port's own end of the socket, which is closed by it alone. */
const writeTo = (socket: Socket): Writable =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      // The first message of each stream is the port's number alone.
      if (chunk.length > 0 && socket.writable) socket.write(chunk);
      done();
    },
  });

/** A WebSocket fails with an event, not with an error. */
function rethrow(event: unknown): never {
  const { message, error } = event as { message?: string; error?: Error };
  throw new Error(message ?? error?.message ?? String(event));
}

function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  return closed;
}
