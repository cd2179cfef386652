import { ApiError } from "../errors.ts";

/**
 * Runs `action` with one signal for both ends of a query: the client's leaving and the deadline.
 * @throws ApiError client_gone or query_timeout when the signal ended it, else what `action` threw
 */
export async function withDeadline<Result>(
  timeoutMs: number,
  clientSignal: AbortSignal,
  action: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const leave = () => controller.abort(new ApiError("client_gone", "The client closed the connection."));
  const timer = setTimeout(() => {
    controller.abort(new ApiError("query_timeout", `No answer in ${timeoutMs} ms; ask for a shorter range.`));
  }, timeoutMs);
  clientSignal.addEventListener("abort", leave, { once: true });
  if (clientSignal.aborted) leave();
  try {
    controller.signal.throwIfAborted();
    return await action(controller.signal);
  } catch (error) {
    // What the aborted request throws differs by the moment; the reason says why it was aborted.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    clientSignal.removeEventListener("abort", leave);
  }
}
