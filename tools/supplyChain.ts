import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Argument, Command } from "commander";
import { ROOT } from "./paths.ts";
import { runTool, say } from "./report.ts";
import { auditProblems } from "./supplyChain/audit.ts";
import { type Exceptions, readExceptions } from "./supplyChain/exceptions.ts";
import { licenceProblems } from "./supplyChain/licences.ts";
import { npmSbom, withOthers } from "./supplyChain/sbom.ts";

const SBOM_FILE = join(ROOT, "sbom.cdx.json");

/** What is checked, each with the problems that it finds. */
const PARTS = {
  licences: async ({ licences }: Exceptions) => licenceProblems((await npmSbom()).components, licences),
  sbom: async () => {
    const sbom = withOthers(await npmSbom());
    writeFileSync(SBOM_FILE, `${JSON.stringify(sbom, null, 2)}\n`);
    say(`sbom: ${sbom.components.length} components, written to ${SBOM_FILE}`);
    return [];
  },
  audit: auditProblems,
} as const;
type Part = keyof typeof PARTS;
const NAMES = Object.keys(PARTS) as Part[];

const program = new Command("supply-chain")
  .description(
    "Checks licences and known vulnerabilities of everything that npm has locked, against tools/supplyChain/exceptions.json, and writes a bill of materials (CycloneDX).",
  )
  .addArgument(new Argument("[parts...]", "what to do; all of it where nothing is named").choices(NAMES))
  .parse();

await runTool(async () => {
  const exceptions = readExceptions();
  const wanted = program.args.length === 0 ? NAMES : NAMES.filter((name) => program.args.includes(name));
  const failed: string[] = [];
  for (const name of wanted) {
    const problems = await PARTS[name](exceptions).catch((error: Error) => [error.message]);
    for (const problem of problems) say(`${name}: ${problem}`);
    if (problems.length > 0) failed.push(name);
    else if (name !== "sbom") say(`${name}: clean, or explained`);
  }
  if (failed.length > 0) throw new Error(`${failed.join(" and ")}: not clean, see above`);
});
