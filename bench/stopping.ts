/** Servers that run, newest last. */
const running = new Set<() => Promise<void>>();

/** Remembers how a server is stopped, so that a benchmark that is cut short leaves none behind. */
export function stoppedAtTheEnd(stop: () => Promise<void>): () => Promise<void> {
  const once = async () => {
    if (running.delete(once)) await stop();
  };
  running.add(once);
  return once;
}

/** Stops what runs when the process is told to end. */
export function stopOnSignal(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, async () => {
      for (const stop of [...running].reverse()) await stop().catch(() => undefined);
      process.exit(1);
    });
}
