/**
 * What a port may let somebody do who has no credentials; everything else is a finding. The explicit list, by the kind of server. The API asks for no key where it is bound to loopback (README.md, "Safe to
 * expose"), so a stack of this machine answers whoever is on it.
 */
export const PUBLIC = {
  /** "Ok." for health checks, how far replicas are behind, and the server's own pages, which are empty without a login. */
  clickhouse: [
    "GET /",
    "GET /ping",
    "GET /replicas_status",
    "GET /play",
    "GET /dashboard",
    "GET /docs/",
    // Where Prometheus is asked for; its NetworkPolicy lets Prometheus alone in.
    "GET /metrics",
  ],
  kafka: [],
  // On loopback, or in the stack's own network, where Prometheus reads them.
  bars: ["GET /metrics"],
  producer: ["GET /metrics"],
  /** Nobody logs in to a Keeper: it is in the stack's own network, and has no port on the host. */
  keeper: ["conf", "dump", "mntr", "ruok", "GET /metrics"],
  api: /^GET /,
} as const satisfies Readonly<Record<string, readonly string[] | RegExp>>;

/** What answered and is not on the list. */
export function findings(name: string, answers: readonly string[]): string[] {
  const kind = (Object.keys(PUBLIC) as (keyof typeof PUBLIC)[]).find((each) => name.startsWith(each));
  const allowed: readonly string[] | RegExp = kind === undefined ? [] : PUBLIC[kind];
  return answers.filter((answer) =>
    allowed instanceof RegExp ? !allowed.test(answer) : !allowed.includes(answer),
  );
}
