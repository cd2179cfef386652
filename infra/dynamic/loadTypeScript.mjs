// Lets a process that Pulumi started without a loader import TypeScript. Registers once, however often it is imported.
import { register } from "tsx/esm/api";

register();
