import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../dynamic/lazyProvider.ts";
import type { KeyedCertificate } from "./certificates.ts";

/** A server's certificate, issued by the stack's own authority; renewed by an `up` in the last third of its life. */
export class ServerCertificate extends pulumi.dynamic.Resource {
  /** PEM. */
  declare readonly certificate: pulumi.Output<string>;
  /** PEM, PKCS #8. */
  declare readonly privateKey: pulumi.Output<string>;

  constructor(
    name: string,
    args: {
      readonly commonName: string;
      /** DNS names and IP addresses by which clients know the server. */
      readonly names: readonly string[];
      readonly lifetimeDays: number;
      readonly authority: pulumi.Input<KeyedCertificate>;
    },
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      lazyProvider("serverCertificate"),
      name,
      {
        ...args,
        authority: pulumi.secret(args.authority),
        certificate: undefined,
        privateKey: undefined,
        notBeforeMs: undefined,
        notAfterMs: undefined,
      },
      { ...opts, additionalSecretOutputs: ["privateKey"] },
      "tickhouse",
      "ServerCertificate",
    );
  }
}
