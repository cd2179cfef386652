/** What has to be put right again, whatever happens: an interrupted drill leaves nothing paused and nothing dead. */
export class Restoration {
  private readonly open = new Map<
    symbol,
    { readonly what: string; readonly undo: () => Promise<void> | void }
  >();

  /** Notes how something is put right; returns what does it, once. */
  promise(what: string, undo: () => Promise<void> | void): () => Promise<void> {
    const key = Symbol(what);
    this.open.set(key, { what, undo });
    return async () => {
      if (!this.open.has(key)) return;
      await undo();
      this.open.delete(key);
    };
  }

  /** Does all that is left, the last first; returns what could not be done. */
  async all(): Promise<string[]> {
    const problems: string[] = [];
    for (const [key, { what, undo }] of [...this.open].reverse()) {
      try {
        await undo();
        this.open.delete(key);
      } catch (error) {
        problems.push(`${what}: ${(error as Error).message}`);
      }
    }
    return problems;
  }
}
