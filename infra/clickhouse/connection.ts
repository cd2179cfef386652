import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { InfraError } from "../errors.ts";
import { openTunnel } from "../tunnel/openTunnel.ts";
import type { Tunnel } from "../tunnel/tunnel.ts";

/** How the program reaches one node as the owner of the schema. */
export interface Connection {
  /** Name of the node, for messages. */
  readonly node: string;
  /** As the node's clients have it; where there is a tunnel, the program itself goes through that. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Tried where the server refuses the password: it may not have changed yet. Empty for none. */
  readonly previousPassword?: string;
  readonly database: string;
  /** Authorities by which a node is verified that is reached over TLS, PEM. */
  readonly authorities?: string;
  /** The way to a node that has no port outside of its cluster. */
  readonly tunnel?: Tunnel;
}

const REQUEST_TIMEOUT_MS = 60_000;
/** Number: ClickHouse `src/Common/ErrorCodes.cpp`. */
const AUTHENTICATION_FAILED = "516";

/** Statements on one node. Closed by `withNode`. */
export interface NodeSession {
  readonly connection: Connection;
  run(sql: string, params?: Record<string, unknown>): Promise<void>;
  rows<T>(sql: string, params?: Record<string, unknown>): Promise<T[]>;
}

/**
 * Opens a session of one node for the time of `use`. Errors say which node and keep their cause.
 * @param database what unqualified names mean; `default` where the schema's own may not exist yet.
 * @param timeoutMs of one statement
 */
export async function withNode<T>(
  connection: Connection,
  use: (session: NodeSession) => Promise<T>,
  database: string = connection.database,
  timeoutMs: number = REQUEST_TIMEOUT_MS,
): Promise<T> {
  const { tunnel, previousPassword } = connection;
  const open = tunnel && (await openTunnel(tunnel));
  const url = open === undefined ? connection.url : throughTunnel(connection.url, open.port);
  const session = (password: string) => {
    const client = createClient({
      url,
      username: connection.username,
      password,
      database,
      request_timeout: timeoutMs,
      ...tlsOf(connection),
      log: { level: ClickHouseLogLevel.OFF },
    });
    return { client, ...createSession(connection, client, () => open?.problem()) };
  };
  let current = session(connection.password);
  try {
    if (previousPassword && (await isRefused(current))) {
      await current.client.close();
      current = session(previousPassword);
    }
    return await use(current);
  } finally {
    await current.client.close();
    await open?.close();
  }
}

/** What a ClickHouse client takes to verify a node; nothing where it is reached in clear. */
export const tlsOf = ({
  authorities = "",
}: Pick<Connection, "authorities">): { tls?: { ca_cert: Buffer } } =>
  authorities === "" ? {} : { tls: { ca_cert: Buffer.from(authorities) } };

/** The same scheme at a tunnel's end, whose address every certificate made here holds. */
const throughTunnel = (url: string, port: number): string => `${new URL(url).protocol}//127.0.0.1:${port}`;
/** Whether a node knows another password; one that is down says so to whoever asks next. */
const isRefused = (session: NodeSession): Promise<boolean> =>
  session.run("SELECT 1").then(
    () => false,
    (error) => error instanceof InfraError && error.code === "LOGIN_REFUSED",
  );

function createSession(
  connection: Connection,
  client: ClickHouseClient,
  tunnelProblem: () => string | undefined,
): NodeSession {
  const failed = (error: unknown): never => fail(connection, error, tunnelProblem());
  return {
    connection,
    run: async (query, query_params) => {
      await client.command({ query, ...(query_params && { query_params }) }).catch(failed);
    },
    rows: async <T>(query: string, query_params?: Record<string, unknown>) => {
      const result = await client
        .query({ query, format: "JSONEachRow", ...(query_params && { query_params }) })
        .catch(failed);
      return result.json<T>();
    },
  };
}

function fail({ node, url, username }: Connection, error: unknown, tunnelProblem: string | undefined): never {
  const cause = error as Error & { code?: string };
  if (isUnreachable(cause) || tunnelProblem !== undefined) {
    throw new InfraError(
      "NODE_UNREACHABLE",
      `${node} does not answer at ${url}: ${tunnelProblem ?? cause.code ?? cause.message}`,
      { cause },
    );
  }
  if (isMistrusted(cause))
    throw new InfraError(
      "CERTIFICATE_REFUSED",
      `${node} at ${url} shows a certificate that is not trusted: ${cause.message}; does it hold this address (tickhouse:tlsNames), and is it the stack's (caCertificate of npm run outputs)?`,
      { cause },
    );
  if (cause.code === AUTHENTICATION_FAILED)
    throw new InfraError("LOGIN_REFUSED", `${node} refuses ${username}'s password`, { cause });
  throw new InfraError("SQL_FAILED", `${node}: ${cause.message}`, { cause });
}

/** Whether an error says that the server was not there, rather than that it refused. */
export const isUnreachable = (error: Error & { code?: string }): boolean =>
  ["ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENOTFOUND", "ETIMEDOUT", "EPIPE"].includes(
    error.code ?? "",
  ) || /timeout|socket hang up/i.test(error.message);

/** Whether an error says that a server's certificate was not taken (codes of OpenSSL's verification, and Node's of names). */
const isMistrusted = ({ code = "" }: Error & { code?: string }): boolean =>
  /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code);

/** Asks a node; one that is down says nothing: undefined, and what is known of it stays. Other errors are thrown. */
export async function whereReachable<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof InfraError && error.code === "NODE_UNREACHABLE") return undefined;
    if (isUnreachable(error as Error)) return undefined;
    throw error;
  }
}
