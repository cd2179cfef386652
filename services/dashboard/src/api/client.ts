import { ProblemError, toProblem } from "./problem.ts";
import type { Stats } from "./types.ts";

/** A request that was answered, for the query history. */
export interface Answered {
  readonly path: string;
  readonly stats: Stats | undefined;
  /** From the browser's sight, network and rendering of JSON included. */
  readonly roundTripMs: number;
}

export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Api {
  /** @throws ProblemError */
  get<Answer>(path: string, parameters: Parameters, signal: AbortSignal): Promise<Answer>;
  /** @throws ProblemError */
  post<Answer>(path: string, body: unknown, signal: AbortSignal): Promise<Answer>;
}

export interface ApiHooks {
  /** Asked before each request. */
  readonly readKey: () => string | undefined;
  readonly onAnswer: (answered: Answered) => void;
  /** Told of each refusal, and of requests that nobody answered. */
  readonly onProblem: (problem: ProblemError) => void;
}

/** Talks to the API that served the page. */
export function createApi({ readKey, onAnswer, onProblem }: ApiHooks): Api {
  const send = async <Answer>(path: string, query: string, init: RequestInit): Promise<Answer> => {
    const started = performance.now();
    try {
      const response = await reach(`.${path}${query}`, withKey(init, readKey()));
      if (!response.ok) throw await toProblem(response);
      const answer: Answer & { readonly stats?: Stats } = await response.json();
      onAnswer({ path, stats: answer.stats, roundTripMs: performance.now() - started });
      return answer;
    } catch (error) {
      if (error instanceof ProblemError) onProblem(error);
      throw error;
    }
  };
  return {
    get: (path, parameters, signal) => send(path, toQuery(parameters), { signal }),
    post: (path, body, signal) =>
      send(path, "", {
        method: "POST",
        signal,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }),
  };
}

/** The same request with the key, when there is one. */
export const withKey = (init: RequestInit, key: string | undefined): RequestInit =>
  key === undefined ? init : { ...init, headers: { ...init.headers, "X-API-Key": key } };

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ProblemError(0, "The API can't be reached.");
  }
}

/** `?symbol=BTC%2FUSD&limit=5`, without what is not set. Pure. */
export function toQuery(parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== "") query.set(name, String(value));
  return query.size === 0 ? "" : `?${query}`;
}
