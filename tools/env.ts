import { delimiter } from "node:path";
import { prepareState } from "./prepare.ts";
import { runTool } from "./report.ts";

// The lines after which plain `pulumi up` works in a shell: eval "$(npm run --silent env)"
await runTool(async () => {
  const { env } = (await prepareState()).backend;
  const folder = env["PATH"]?.split(delimiter)[0];
  if (folder !== undefined) console.log(`export PATH="${folder}:$PATH"`);
  const rest = Object.entries(env).filter(([name]) => name !== "PATH");
  console.log(`export ${rest.map(([name, value]) => `${name}="${value}"`).join(" ")}`);
});
