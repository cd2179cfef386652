import { writeFileSync } from "node:fs";
import { DOCUMENT_FILE, renderClient, renderDocument, SCHEMA_FILE } from "./openapi/generate.ts";
import { runTool, say } from "./report.ts";

// Writes what is generated of the API's routes: the OpenAPI document, and the types of the TypeScript client.
await runTool(async () => {
  const document = renderDocument();
  writeFileSync(DOCUMENT_FILE, document);
  writeFileSync(SCHEMA_FILE, await renderClient(document));
  say("wrote clients/openapi.json and clients/typescript/src/schema.ts");
});
