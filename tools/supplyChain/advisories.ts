import type { Exceptions } from "./exceptions.ts";

/** What `npm audit --json` prints, as far as it is looked at here. */
export interface AuditReport {
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly via: readonly (string | { readonly url: string; readonly title: string })[] }>
  >;
  /** In place of an answer. */
  readonly message?: string;
}

/** Vulnerabilities that nobody has explained, or not for this day, and explanations without one. Pure. */
export function advisoryProblems(
  report: AuditReport,
  exceptions: Exceptions["advisories"],
  today: string,
): string[] {
  if (report.vulnerabilities === undefined)
    throw new Error(`the registry gave no audit: ${report.message ?? "no reason given"}`);
  const found = new Map<string, string>();
  for (const [name, { via }] of Object.entries(report.vulnerabilities))
    for (const advisory of via)
      if (typeof advisory !== "string")
        found.set(advisory.url.split("/").at(-1) ?? advisory.url, `${name}: ${advisory.title}`);
  const byId = new Map(exceptions.map((exception) => [exception.id, exception]));
  const problems = [...found].flatMap(([id, what]) => {
    const exception = byId.get(id);
    if (exception === undefined) return [`${id}, ${what}`];
    return exception.until < today ? [`${id}, ${what}: accepted until ${exception.until} only`] : [];
  });
  const unused = exceptions
    .filter(({ id }) => !found.has(id))
    .map(({ id }) => `nothing needs the exception for ${id}`);
  return [...problems, ...unused];
}
