// Lets a process without a loader import TypeScript. Registers once, however often it is imported. Resources that were
// written into a state before there were snapshots import it.
import { register } from "tsx/esm/api";

register();
