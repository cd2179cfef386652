import type { ComponentChildren } from "preact";
import { adviceOf, messageOf } from "../api/problem.ts";
import type { Answer } from "../state/useAnswer.ts";
import { Countdown } from "./Countdown.tsx";

interface AnsweredProps<Data> {
  readonly answer: Answer<Data>;
  /** What is on its way, as in "Loading ticks…". */
  readonly what: string;
  /** What to say, and to do, when the answer holds nothing; undefined when it holds something. */
  readonly empty?: (data: Data) => ComponentChildren;
  readonly children: (data: Data) => ComponentChildren;
}

/** Shows an answer in each of its states: loading, refused, empty, there, and stale. */
export function Answered<Data>({ answer, what, empty, children }: AnsweredProps<Data>) {
  const { data, error } = answer;
  if (data === undefined && error === undefined)
    return (
      <p class="placeholder" role="status">
        <span class="spinner" aria-hidden="true" /> Loading {what}…
      </p>
    );
  const nothing = data === undefined ? undefined : empty?.(data);
  return (
    <>
      {error !== undefined && <Problem {...answer} stale={data !== undefined} />}
      {data !== undefined &&
        (nothing === undefined ? (
          children(data)
        ) : (
          <p class="placeholder" role="status">
            {nothing}
          </p>
        ))}
    </>
  );
}

interface ProblemProps {
  readonly error: unknown;
  readonly retryAt?: number | undefined;
  readonly retry?: (() => void) | undefined;
  /** Whether something older is still on the screen. */
  readonly stale?: boolean;
}

/** What went wrong and what to do about it. */
export function Problem({ error, retryAt, retry, stale = false }: ProblemProps) {
  return (
    <div class="notice" data-kind={stale ? "stale" : "error"} data-testid="problem" role="alert">
      <p>
        {stale && <b>Shown data is stale. </b>}
        {messageOf(error)} <span class="muted">{adviceOf(error)}</span>
      </p>
      {retry !== undefined && (
        <button type="button" onClick={retry}>
          Retry{retryAt !== undefined && <Countdown until={retryAt} before=" · " />}
        </button>
      )}
    </div>
  );
}
