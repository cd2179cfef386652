/** What a check found: `proven`, `failed`, or `silent` where the stack has nothing to show it with. */
export interface Finding {
  readonly claim: string;
  readonly verdict: "proven" | "failed" | "silent";
  readonly details: string;
}

export const finding = (claim: string, problems: readonly string[], proven: string): Finding =>
  problems.length === 0
    ? { claim, verdict: "proven", details: proven }
    : { claim, verdict: "failed", details: problems.join("; ") };

export const silent = (claim: string, details: string): Finding => ({ claim, verdict: "silent", details });
