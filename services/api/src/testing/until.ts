/** Resolves when `holds` is true; asked at each turn of the event loop, so that a test waits no longer than it must. */
export async function until(holds: () => boolean, what: string, deadlineMs = 5_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`did not happen in ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The same for what takes its time: the event loop is left alone in between, and the message is made at the end. */
export async function untilSoon(
  holds: () => boolean,
  what: () => string,
  deadlineMs = 20_000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`did not happen in ${deadlineMs} ms: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
