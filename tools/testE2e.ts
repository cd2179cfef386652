import { execa } from "execa";
import { buildBundles } from "./bundle.ts";
import { ROOT } from "./paths.ts";
import { prepare } from "./prepare.ts";
import { runTool } from "./report.ts";

// Whole stacks, in copies of this checkout.
await runTool(async () => {
  await prepare("local");
  await buildBundles();
  const child = await execa("npx", ["vitest", "run", "--project", "e2e", ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: "inherit",
    reject: false,
  });
  process.exitCode = child.exitCode ?? 1;
});
