// What the state's shims import: every dynamic resource's side that acts.
import { importCompiled } from "./snapshot.mjs";

export const { loadProvider } = await importCompiled("providers");
