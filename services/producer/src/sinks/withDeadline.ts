/**
 * The promise's outcome, or what `expired` returns when that takes longer than `ms`: an error is thrown, undefined
 * ends the wait quietly. The work itself can't be cancelled; its later outcome is ignored.
 */
export async function withDeadline<T>(
  work: Promise<T>,
  ms: number,
  expired: () => Error | undefined,
): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<undefined>((resolve, reject) => {
    timer = setTimeout(() => {
      const error = expired();
      if (error === undefined) resolve(undefined);
      else reject(error);
    }, ms);
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
