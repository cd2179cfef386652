import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import type { KeyedCertificate } from "../../infra/tls/certificates.ts";

/** A TLS port before a server that has none, as a proxy of a user's own would be. */
export interface TlsProxy {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startTlsProxy(shown: KeyedCertificate, target: number): Promise<TlsProxy> {
  const sockets = new Set<TLSSocket>();
  const server = createServer({ cert: shown.certificate, key: shown.privateKey }, (socket) => {
    sockets.add(socket);
    const behind = connect(target, "127.0.0.1");
    const end = () => {
      sockets.delete(socket);
      socket.destroy();
      behind.destroy();
    };
    socket.once("close", end).on("error", end);
    behind.once("close", end).on("error", end);
    socket.pipe(behind).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
