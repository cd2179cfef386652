/** A line about what a tool does. Standard output is kept for what a command is asked to print. */
export const say = (line: string): void => {
  process.stderr.write(`tickhouse: ${line}\n`);
};

/** Runs a tool's main function: an error is one message without a stack, and exit code 1. */
export async function runTool(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const known = error as Error & { shortMessage?: string };
    process.stderr.write(`tickhouse: ${known.shortMessage ?? known.message}\n`);
    process.exitCode = 1;
  }
}
