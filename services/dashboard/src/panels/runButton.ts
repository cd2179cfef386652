/** What a panel starts by its button, one run at a time. */
export interface RunButton {
  /** Ends the run that is under way; what it would have said is not said. */
  abort(): void;
}

/**
 * Runs `run` on a click, the button disabled meanwhile.
 * @param failed told of an error, unless the run was ended by `abort`
 */
export function createRunButton(
  button: HTMLButtonElement,
  run: (signal: AbortSignal) => Promise<void>,
  failed: (error: unknown) => void,
): RunButton {
  let controller = new AbortController();
  button.addEventListener("click", async () => {
    controller = new AbortController();
    const { signal } = controller;
    button.disabled = true;
    try {
      await run(signal);
    } catch (error) {
      if (!signal.aborted) failed(error);
    } finally {
      button.disabled = false;
    }
  });
  return { abort: () => controller.abort() };
}
