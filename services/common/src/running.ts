/** What has begun and not ended. */
export interface Running {
  /** Counts work as running until it ends. */
  watch<Result>(work: Promise<Result>): Promise<Result>;
  /** Resolves when nothing runs, or at the deadline. */
  ended(deadlineMs: number): Promise<void>;
}

/**
 * Lets a client be closed when its queries have ended: ClickHouse's embedded engine may end itself when a distributed
 * query loses its client.
 */
export function createRunning(): Running {
  const running = new Set<Promise<unknown>>();
  return {
    watch(work) {
      running.add(work);
      const leave = () => running.delete(work);
      work.then(leave, leave);
      return work;
    },
    async ended(deadlineMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs);
      });
      await Promise.race([Promise.allSettled([...running]), late]);
      clearTimeout(timer);
    },
  };
}
