import { buildBundles } from "./bundle.ts";
import { runTool } from "./report.ts";

await runTool(buildBundles);
