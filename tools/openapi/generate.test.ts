import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { DOCUMENT_FILE, renderClient, renderDocument, SCHEMA_FILE } from "./generate.ts";

const REFRESH = "refresh it with: npm run openapi";

it("keeps the committed OpenAPI document and the client's types as the routes generate them", async () => {
  const document = renderDocument();
  expect(readFileSync(DOCUMENT_FILE, "utf8"), REFRESH).toBe(document);
  expect(readFileSync(SCHEMA_FILE, "utf8"), REFRESH).toBe(await renderClient(document));
});
