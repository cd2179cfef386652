import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InfraError } from "../errors.ts";
import type { SqlText } from "./render.ts";

/** Reads the schema folder's SQL files in the order of their numbers; a number stands once and none is missing. */
export function readSqlFiles(folder: string): SqlText[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".sql") && /^\d/.test(name))
    .sort();
  names.forEach((name, index) => {
    const expected = String(index + 1).padStart(2, "0");
    if (!name.startsWith(`${expected}_`)) {
      throw new InfraError(
        "SQL_FILE_INVALID",
        `${join(folder, name)}: the number ${expected} is expected here; numbers start at 01, each stands once and none is missing`,
      );
    }
  });
  return names.map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }));
}
