import { execa } from "execa";
import { ensureKafkaJars } from "./kafkaJars.ts";
import { ROOT } from "./paths.ts";
import { requirePrograms } from "./prerequisites.ts";
import { ensurePromtool } from "./promtool.ts";
import { ensurePythonEnv } from "./pythonEnv.ts";
import { runTool, say } from "./report.ts";

// Unit and integration tests; what they need of this machine is brought in first.
await runTool(async () => {
  const args = process.argv.slice(2);
  await requirePrograms(["java"]);
  await ensureKafkaJars();
  await ensurePythonEnv();
  const projects = args.includes("--project") ? [] : ["--project", "unit", "--project", "integration"];
  // Their tests evaluate the alerts with it.
  if (projects.length > 0 || args.includes("integration")) await ensurePromtool();
  say(
    "left out here: whole stacks on targets local, docker and kubernetes, which npm run test:e2e brings up",
  );
  const child = await execa("npx", ["vitest", "run", ...projects, ...args], {
    cwd: ROOT,
    stdio: "inherit",
    reject: false,
  });
  process.exitCode = child.exitCode ?? 1;
});
