/** The API said no; `message` is the problem's own text for the user. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  constructor(
    /** HTTP status; 0 when nothing answered. */
    readonly status: number,
    message: string,
    /** Parameters that the API named as wrong. */
    readonly parameters: readonly string[] = [],
    /** How long the API asks to wait before the next try, milliseconds. */
    readonly retryAfterMs: number | undefined = undefined,
  ) {
    super(message);
  }

  /** The same request would fail again: something in it has to change. */
  get isFinal(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 429;
  }
}

/** What to tell the user about an error. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What the user can do about an error, beyond what its text says. */
export function adviceOf(error: unknown): string {
  if (!(error instanceof ProblemError)) return "Reload the page; the browser's console has the cause.";
  if (error.status === 0) return "Check that the API runs and that this machine reaches it.";
  if (error.status === 401) return "Give the API key in the form at the top of the page.";
  if (error.status === 404) return "This API does not have it; a newer API may.";
  if (error.status === 422) return "Ask for less: a shorter range or fewer rows.";
  if (error.status === 429) return "Too many requests at once; the page waits and asks again.";
  if (error.isFinal) return "Change the marked input and try again.";
  return "The page tries again by itself.";
}

/** Reads RFC 9457 details, or says as much as the status does when something else answered. */
export async function toProblem(response: Response): Promise<ProblemError> {
  const problem: unknown = await response.json().catch(() => undefined);
  const detail = read(problem, "detail");
  const errors = read(problem, "errors");
  const parameters = Array.isArray(errors)
    ? errors.map((entry: unknown) => String(read(entry, "parameter")))
    : [];
  return new ProblemError(
    response.status,
    typeof detail === "string" ? detail : `${response.status} ${response.statusText}`.trim(),
    parameters,
    retryAfterMs(response.headers.get("Retry-After"), Date.now()),
  );
}

/** Milliseconds of a Retry-After header: seconds, or an HTTP date. Pure. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === "") return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

const read = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
