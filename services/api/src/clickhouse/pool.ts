/** How long a node that could not be reached is asked last. */
export const COOL_DOWN_MS = 5_000;

/** One ClickHouse node as the pool sees it: up while `downUntilMs` is in the past. */
export interface PoolNode<Client> {
  readonly url: string;
  readonly client: Client;
  downUntilMs: number;
}

/**
 * The order in which a request tries the nodes: those that are up, starting with the one whose turn it is,
 * then the others, the one that has been down longest first. A node that is down is asked last and not
 * skipped, so that the first request after everything was down finds out that it is back. Pure.
 */
export function attemptOrder<Node extends { readonly downUntilMs: number }>(
  nodes: readonly Node[],
  turn: number,
  nowMs: number,
): Node[] {
  const first = nodes.length === 0 ? 0 : turn % nodes.length;
  const rotated = [...nodes.slice(first), ...nodes.slice(0, first)];
  const up = rotated.filter((node) => node.downUntilMs <= nowMs);
  const down = rotated.filter((node) => node.downUntilMs > nowMs);
  return [...up, ...down.sort((a, b) => a.downUntilMs - b.downUntilMs)];
}

const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EPIPE",
  "ECONNRESET",
]);

/** A server that can't be verified, or does not speak TLS, is none to ask: codes of OpenSSL and of Node.js. */
const MISTRUSTED = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO$)/;

/** A connection that broke after it stood; with kept-alive sockets this may only mean that the socket was old. */
const BROKEN = new Set(["EPIPE", "ECONNRESET"]);

/** Code of an error of the connection, also of the aggregate that Node throws when each address of a name failed. */
export function networkCode(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return networkCode(error.errors[0]);
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  return UNREACHABLE.has(error.code) || MISTRUSTED.test(error.code) ? error.code : undefined;
}

/** Every node was tried and none could be reached. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  constructor(urls: readonly string[], cause: unknown) {
    super(`no ClickHouse node could be reached (tried ${urls.join(", ")})`, { cause });
  }
}

/** Spreads requests over nodes in turn and passes on to the next one when a node can't be reached. */
export class NodePool<Client> {
  #turn = 0;

  constructor(
    readonly nodes: readonly PoolNode<Client>[],
    readonly now: () => number = Date.now,
  ) {}

  /**
   * Runs `action` on a node. Reads only: an action may run again on another node after the connection broke.
   * @throws UnreachableError when no node could be reached, else what `action` threw
   */
  async run<Result>(action: (node: PoolNode<Client>) => Promise<Result>): Promise<Result> {
    let last: unknown;
    for (const node of attemptOrder(this.nodes, this.#turn++, this.now())) {
      // A second try on the same node tells an old socket, which the server closed, from a dead server.
      for (let attempt = 0; attempt < 2; attempt++) {
        try {
          const result = await action(node);
          node.downUntilMs = 0;
          return result;
        } catch (error) {
          const code = networkCode(error);
          if (code === undefined) throw error;
          last = error;
          if (!BROKEN.has(code)) break;
        }
      }
      node.downUntilMs = this.now() + COOL_DOWN_MS;
    }
    throw new UnreachableError(
      this.nodes.map((node) => node.url),
      last,
    );
  }
}
