import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../../dynamic/lazyProvider.ts";

/** The folder of one process: its data, logs and rendered files. Goes with `destroy`, stays through restarts. */
export class Directory extends pulumi.dynamic.Resource {
  declare readonly path: pulumi.Output<string>;

  constructor(name: string, path: string, opts?: pulumi.CustomResourceOptions) {
    super(lazyProvider("directory"), name, { path }, opts, "local", "Directory");
  }
}
