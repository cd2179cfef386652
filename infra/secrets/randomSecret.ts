import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../dynamic/lazyProvider.ts";

/** A secret that the program makes itself: no plugin has to be downloaded for it. */
export class RandomSecret extends pulumi.dynamic.Resource {
  /** URL-safe text, encrypted in the state. */
  declare readonly value: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super(
      lazyProvider("randomSecret"),
      name,
      { bytes: 24, value: undefined },
      { ...opts, additionalSecretOutputs: ["value"] },
      "tickhouse",
      "RandomSecret",
    );
  }
}
