// The program is TypeScript with ES modules, which no Pulumi language host of every version loads by itself.
import "./dynamic/loadTypeScript.mjs";

const program = await import("./index.ts");

export default program.outputs;
