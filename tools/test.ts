import { execa } from "execa";
import { ensureKafkaJars } from "./kafkaJars.ts";
import { ROOT } from "./paths.ts";
import { requirePrograms } from "./prerequisites.ts";
import { ensurePythonEnv } from "./pythonEnv.ts";
import { runTool, say } from "./report.ts";

// Unit and integration tests; what they need of this machine is brought in first.
await runTool(async () => {
  await requirePrograms(["java"]);
  await ensureKafkaJars();
  await ensurePythonEnv();
  say(
    "left out here: whole stacks on targets local, docker and kubernetes, which npm run test:e2e brings up",
  );
  const args = process.argv.slice(2);
  const projects = args.includes("--project") ? [] : ["--project", "unit", "--project", "integration"];
  const child = await execa("npx", ["vitest", "run", ...projects, ...args], {
    cwd: ROOT,
    stdio: "inherit",
    reject: false,
  });
  process.exitCode = child.exitCode ?? 1;
});
