import { join } from "node:path";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { createOpenApi } from "../../services/api/src/openapi.ts";
import { routes } from "../../services/api/src/routes/index.ts";
import { ROOT } from "../paths.ts";

export const DOCUMENT_FILE = join(ROOT, "clients", "openapi.json");
export const SCHEMA_FILE = join(ROOT, "clients", "typescript", "src", "schema.ts");

/** The OpenAPI document as it is committed: of an API with a key, which describes the one without it, too. */
export const renderDocument = (): string =>
  `${JSON.stringify(createOpenApi(routes, { keyNeeded: true }), null, 2)}\n`;

/** The types of the TypeScript client. Of an answer in several formats it reads JSON, unless told to read bytes. */
export async function renderClient(document: string): Promise<string> {
  const jsonAlone = JSON.parse(document, (_key, value) =>
    isObject(value) && "application/json" in value
      ? { "application/json": value["application/json"] }
      : value,
  );
  return COMMENT_HEADER + astToString(await openapiTS(jsonAlone));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
