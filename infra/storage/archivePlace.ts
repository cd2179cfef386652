import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../dynamic/lazyProvider.ts";

/** Where old ticks are archived; guards against a change in place. */
export class ArchivePlace extends pulumi.dynamic.Resource {
  /** As it was given: who takes it from here waits until it was found to be the same as ever. */
  declare readonly url: pulumi.Output<string>;

  constructor(name: string, url: string, opts: pulumi.CustomResourceOptions) {
    super(lazyProvider("archivePlace"), name, { url }, opts, "tickhouse", "ArchivePlace");
  }
}
