import { buildBundles } from "./bundle.ts";
import { prepare } from "./prepare.ts";
import { runTool, say } from "./report.ts";

await runTool(async () => {
  await prepare();
  await buildBundles();
  say("everything is there; next step: npm run up");
});
