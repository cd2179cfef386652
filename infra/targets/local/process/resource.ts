import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../../../dynamic/lazyProvider.ts";
import type { ProcessSpec } from "./spec.ts";

/** The parts of a process that are known only when other resources are there. */
export type ProcessArgs = { readonly [K in keyof ProcessSpec]: pulumi.Input<ProcessSpec[K]> } & {
  /** SHA-256 of each rendered file by its path. */
  readonly fileHashes: pulumi.Input<Record<string, string>>;
};

/** A detached process of this machine. Its rendered files may hold secrets and are secret in the state. */
export class Process extends pulumi.dynamic.Resource {
  declare readonly pid: pulumi.Output<number>;
  declare readonly startedAt: pulumi.Output<string>;
  /** False once a refresh has seen that it died. */
  declare readonly running: pulumi.Output<boolean>;

  constructor(name: string, args: ProcessArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = {
      ...args,
      files: pulumi.secret(args.files),
      stop: pulumi.secret(args.stop),
      pid: undefined,
      startedAt: undefined,
      running: undefined,
    };
    super(lazyProvider("process"), name, inputs, opts, "local", "Process");
  }
}
