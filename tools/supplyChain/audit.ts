import { execa } from "execa";
import { ROOT } from "../paths.ts";
import { type AuditReport, advisoryProblems } from "./advisories.ts";
import type { Exceptions } from "./exceptions.ts";

/**
 * Asks the registry for known vulnerabilities of what is locked.
 * @throws where the registry serves no audits: what was not checked has not passed
 */
export async function auditProblems(exceptions: Exceptions): Promise<string[]> {
  const { stdout } = await execa("npm", ["audit", "--json"], { cwd: ROOT, reject: false });
  const today = new Date().toISOString().slice(0, 10);
  return advisoryProblems(JSON.parse(stdout) as AuditReport, exceptions.advisories, today);
}
