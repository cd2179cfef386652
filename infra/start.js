import { RunError } from "@pulumi/pulumi";
import { importCompiled } from "./snapshot/snapshot.mjs";

/** A failure that names cause and cure is shown as it is, without a stack trace. */
async function run() {
  try {
    return (await importCompiled("program")).outputs;
  } catch (error) {
    throw error.name === "InfraError" ? new RunError(error.message) : error;
  }
}

export default await run();
