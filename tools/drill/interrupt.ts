const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Has a handler called at the first Ctrl-C, SIGTERM or SIGHUP; returns what takes it away. */
export function onInterrupt(handle: () => Promise<void>): () => void {
  let begun = false;
  const once = (): void => {
    if (begun) return;
    begun = true;
    void handle();
  };
  for (const name of SIGNALS) process.on(name, once);
  return () => {
    for (const name of SIGNALS) process.off(name, once);
  };
}
