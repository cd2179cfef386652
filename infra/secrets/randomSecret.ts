import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../dynamic/lazyProvider.ts";

/** A secret that the program makes itself: no plugin has to be downloaded for it. */
export class RandomSecret extends pulumi.dynamic.Resource {
  /** URL-safe text, encrypted in the state. */
  declare readonly value: pulumi.Output<string>;
  /** What it was before its last change; empty before the first one. */
  declare readonly previous: pulumi.Output<string>;

  /** @param version another number makes another secret */
  constructor(name: string, version: number, opts?: pulumi.CustomResourceOptions) {
    super(
      lazyProvider("randomSecret"),
      name,
      { bytes: 24, version, value: undefined, previous: undefined },
      { ...opts, additionalSecretOutputs: ["value", "previous"] },
      "tickhouse",
      "RandomSecret",
    );
  }
}
