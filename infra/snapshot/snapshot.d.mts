/** Imports a module of the program. */
export function importCompiled(entry: "program" | "providers", infra?: string): Promise<unknown>;
/** Folder of the snapshot of today's sources, made where it is missing. */
export function compiledFolder(infra: string): Promise<string>;
