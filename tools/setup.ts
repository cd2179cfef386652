import { buildBundles } from "./bundle.ts";
import { prepare } from "./prepare.ts";
import { runTool, say } from "./report.ts";

await runTool(async () => {
  await prepare("local");
  await buildBundles();
  say("everything is there; next step: npm run up");
});
