import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import kafkajs, { type Admin, type ISocketFactory, type SASLOptions } from "kafkajs";
import { InfraError } from "../errors.ts";
import { openTunnel } from "../tunnel/openTunnel.ts";
import type { OpenTunnel, Tunnel } from "../tunnel/tunnel.ts";

/** Who somebody is for Kafka. */
export interface KafkaLogin {
  readonly mechanism: "scram-sha-512" | "plain";
  readonly username: string;
  readonly password: string;
}

/** How the program reaches the brokers. */
export interface KafkaConnection {
  /** `host:port`, comma-separated. */
  readonly bootstrap: string;
  /** Absent where a broker asks for none. */
  readonly login?: KafkaLogin;
  /** Authorities by which brokers are verified, PEM; absent for brokers in clear. */
  readonly authorities?: string;
  /** Ways to brokers that have no port outside of their cluster, by the `host:port` that they advertise. */
  readonly tunnels?: Readonly<Record<string, Tunnel>>;
}

const CONNECT_TIMEOUT_MS = 30_000;
const SOCKET_TIMEOUT_MS = 3_000;

/**
 * Opens an admin client for the time of `use`.
 * @throws InfraError BROKER_UNREACHABLE where no broker answers, TOPIC_REFUSED where `use` fails
 */
export async function withAdmin<T>(
  { bootstrap, tunnels = {}, login, authorities }: KafkaConnection,
  use: (admin: Admin) => Promise<T>,
  timeoutMs: number = CONNECT_TIMEOUT_MS,
): Promise<T> {
  const open = new Map<string, OpenTunnel>();
  for (const [address, tunnel] of Object.entries(tunnels)) open.set(address, await openTunnel(tunnel));
  const kafka = new kafkajs.Kafka({
    clientId: "tickhouse-infra",
    brokers: bootstrap.split(","),
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: 2_000,
    ...(open.size > 0 && { socketFactory: throughTunnels(open) }),
    // A copy: kafkajs keeps functions of its own in it, and what it was made from is a resource's input.
    ...(login && { sasl: { ...login } as SASLOptions }),
    ...(authorities !== undefined && { ssl: { ca: [authorities] } }),
    retry: { initialRetryTime: 200, maxRetryTime: 1_000, retries: Math.ceil(timeoutMs / 1_000) },
  });
  const admin = kafka.admin();
  const problem = (cause: unknown): string =>
    [...open.values()].flatMap((each) => each.problem() ?? []).join("; ") || (cause as Error).message;
  try {
    await admin.connect().catch((cause) => {
      throw new InfraError(
        "BROKER_UNREACHABLE",
        `no Kafka broker answered at ${bootstrap} within about ${timeoutMs / 1000} s: ${problem(cause)}; is it running, and is this its address?`,
        { cause },
      );
    });
    return await use(admin).catch((cause) => {
      throw new InfraError("TOPIC_REFUSED", `Kafka at ${bootstrap} refused: ${(cause as Error).message}`, {
        cause,
      });
    });
  } finally {
    await admin.disconnect();
    await Promise.all([...open.values()].map((tunnel) => tunnel.close()));
  }
}

/** Brokers send their clients on to each other by the addresses they advertise; each of those has a way of its own. */
function throughTunnels(open: ReadonlyMap<string, OpenTunnel>): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const tunnel = open.get(`${host}:${port}`);
    const way = tunnel === undefined ? { host, port } : { host: "127.0.0.1", port: tunnel.port };
    // Whatever the way is, the broker shows a certificate for the name that it advertises.
    return ssl ? connectSecurely({ ...ssl, ...way, servername: host }, onConnect) : connect(way, onConnect);
  };
}

/**
 * Opens a connection to the first broker that takes one, for the time of `use`.
 * @throws InfraError BROKER_UNREACHABLE where none does
 */
export async function withBroker<T>(
  { bootstrap, tunnels = {}, authorities }: KafkaConnection,
  use: (socket: Socket) => Promise<T>,
): Promise<T> {
  const problems: string[] = [];
  for (const address of bootstrap.split(",")) {
    const tunnel = tunnels[address] && (await openTunnel(tunnels[address]));
    const at = address.lastIndexOf(":");
    const host = address.slice(0, at);
    const way = tunnel
      ? { host: "127.0.0.1", port: tunnel.port }
      : { host, port: Number(address.slice(at + 1)) };
    const secure = authorities !== undefined;
    const socket = secure
      ? connectSecurely({ ...way, ca: authorities, ...(isIP(host) === 0 && { servername: host }) })
      : connect(way);
    try {
      await once(socket, secure ? "secureConnect" : "connect", {
        signal: AbortSignal.timeout(SOCKET_TIMEOUT_MS),
      });
      return await use(socket);
    } catch (error) {
      problems.push(`${address}: ${tunnel?.problem() ?? (error as Error).message}`);
    } finally {
      socket.destroy();
      await tunnel?.close();
    }
  }
  throw new InfraError("BROKER_UNREACHABLE", `no Kafka broker could be asked: ${problems.join("; ")}`);
}
