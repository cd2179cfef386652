// The program is TypeScript with ES modules, which no Pulumi language host of every version loads by itself.
import "./dynamic/loadTypeScript.mjs";
import { RunError } from "@pulumi/pulumi";

/** A failure that names cause and cure is shown as it is, without a stack trace. */
async function run() {
  try {
    return (await import("./index.ts")).outputs;
  } catch (error) {
    throw error.name === "InfraError" ? new RunError(error.message) : error;
  }
}

export default await run();
