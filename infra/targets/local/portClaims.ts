import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../../dynamic/lazyProvider.ts";
import type { PortClaim } from "./process/ports.ts";

/** Every port of the stack, checked together before anything starts. */
export class PortClaims extends pulumi.dynamic.Resource {
  constructor(name: string, claims: readonly PortClaim[], opts?: pulumi.CustomResourceOptions) {
    super(lazyProvider("portClaims"), name, { claims }, opts, "local", "PortClaims");
  }
}
