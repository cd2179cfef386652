/** One minute's bar as the API sends it. */
export interface Bar {
  /** Start of the minute, `2025-11-10T17:23:00Z`. */
  readonly minute: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap: number;
}

/** What ClickHouse says a query cost. */
export interface Stats {
  readonly elapsedMs: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

export interface BarsAnswer {
  readonly symbol: string;
  /** Newest first. */
  readonly bars: readonly Bar[];
  readonly stats: Stats;
}

export interface CountAnswer {
  readonly symbol: string;
  readonly count: number;
  readonly stats: Stats;
}

export interface SymbolInfo {
  readonly symbol: string;
  readonly exchanges: readonly string[];
  readonly ticks: number;
  readonly trades: number;
  readonly firstEventTime: string;
  readonly lastEventTime: string;
}

export interface SymbolsAnswer {
  readonly symbols: readonly SymbolInfo[];
  readonly stats: Stats;
}

/** The API said no; `message` is the problem's own text for the user. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  constructor(
    readonly status: number,
    message: string,
    /** Parameters that the API named as wrong. */
    readonly parameters: readonly string[] = [],
  ) {
    super(message);
  }

  /** The same request would fail again: something in it has to change. */
  get isFinal(): boolean {
    return this.status >= 400 && this.status < 500;
  }
}

/** A request that was answered, for the list of queries. */
export interface Answered {
  readonly path: string;
  readonly stats: Stats;
  /** From the browser's sight, network and rendering of JSON included. */
  readonly roundTripMs: number;
}

export type Parameters = Readonly<Record<string, string | number | undefined>>;

export interface Api {
  get<Answer extends { readonly stats: Stats }>(
    path: string,
    parameters: Parameters,
    signal: AbortSignal,
  ): Promise<Answer & { readonly roundTripMs: number }>;
}

/** Talks to the API that served the page. `readKey` is asked before each request. */
export function createApi(readKey: () => string | undefined, onAnswer: (answered: Answered) => void): Api {
  return {
    async get<Answer extends { readonly stats: Stats }>(
      path: string,
      parameters: Parameters,
      signal: AbortSignal,
    ) {
      const started = performance.now();
      const key = readKey();
      const response = await reach(`.${path}${toQuery(parameters)}`, signal, key);
      if (!response.ok) throw await toProblem(response);
      const answer: Answer = await response.json();
      const roundTripMs = performance.now() - started;
      onAnswer({ path, stats: answer.stats, roundTripMs });
      return { ...answer, roundTripMs };
    },
  };
}

async function reach(url: string, signal: AbortSignal, key: string | undefined): Promise<Response> {
  try {
    return await fetch(url, { signal, headers: key === undefined ? {} : { "X-API-Key": key } });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ProblemError(0, "The API can't be reached: is it still running?");
  }
}

/** `?symbol=BTC%2FUSD&limit=5`, without what is not set. */
export function toQuery(parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== "") query.set(name, String(value));
  return query.size === 0 ? "" : `?${query}`;
}

/** Reads RFC 9457 details, or says as much as the status does when something else answered. */
async function toProblem(response: Response): Promise<ProblemError> {
  const problem: unknown = await response.json().catch(() => undefined);
  const detail = read(problem, "detail");
  const errors = read(problem, "errors");
  const parameters = Array.isArray(errors)
    ? errors.map((entry: unknown) => String(read(entry, "parameter")))
    : [];
  return new ProblemError(
    response.status,
    typeof detail === "string" ? detail : `${response.status} ${response.statusText}`,
    parameters,
  );
}

const read = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
