import { ApiError } from "../errors.ts";

/** A node that is well answers a ping in a millisecond. */
const PING_TIMEOUT_MS = 1_000;

interface Pinged {
  ping(): Promise<{ readonly success: boolean }>;
}

/**
 * Whose fault it is that a query had no answer in time: where every node answers a ping, the query asks for too much
 * (`limit_exceeded`, 422); where one does not, the warehouse is in trouble and the error stays `query_timeout` (504).
 */
export async function blameOutOfTime(
  error: ApiError,
  nodes: readonly Pinged[],
  timeoutMs: number,
): Promise<ApiError> {
  const answers = await Promise.all(nodes.map(answersPing));
  if (!answers.every(Boolean)) return error;
  return new ApiError(
    "limit_exceeded",
    `No answer in the ${timeoutMs} ms that a query may take; ask for a shorter range (from, to), fewer rows (limit) or a longer interval.`,
    { cause: error },
  );
}

async function answersPing(node: Pinged): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PING_TIMEOUT_MS);
  });
  const answer = node.ping().then(
    ({ success }) => success,
    () => false,
  );
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
