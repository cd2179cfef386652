import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../dynamic/lazyProvider.ts";

/** The stack's own certificate authority. Its private key is encrypted in the state, and nowhere else. */
export class CertificateAuthority extends pulumi.dynamic.Resource {
  /** PEM. */
  declare readonly certificate: pulumi.Output<string>;
  /** PEM, PKCS #8. */
  declare readonly privateKey: pulumi.Output<string>;

  constructor(
    name: string,
    args: { readonly commonName: string; readonly lifetimeDays: number },
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      lazyProvider("certificateAuthority"),
      name,
      {
        ...args,
        certificate: undefined,
        privateKey: undefined,
        notBeforeMs: undefined,
        notAfterMs: undefined,
      },
      { ...opts, additionalSecretOutputs: ["privateKey"] },
      "tickhouse",
      "CertificateAuthority",
    );
  }
}
