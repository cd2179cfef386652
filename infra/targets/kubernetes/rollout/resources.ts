import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../../../dynamic/lazyProvider.ts";
import type { GateInputs } from "./gateProvider.ts";
import type { SettledInputs } from "./settledProvider.ts";

type Inputs<T> = { readonly [K in keyof T]: pulumi.Input<T[K]> };

/** Lets a member change when all others are up and in sync. */
export class Gate extends pulumi.dynamic.Resource {
  constructor(name: string, args: Inputs<GateInputs>, opts: pulumi.CustomResourceOptions) {
    super(
      lazyProvider("gate"),
      name,
      { ...args, health: pulumi.secret(args.health) },
      opts,
      "kubernetes",
      "Gate",
    );
  }
}

/** A member that is up and in sync. */
export class Settled extends pulumi.dynamic.Resource {
  constructor(name: string, args: Inputs<SettledInputs>, opts: pulumi.CustomResourceOptions) {
    super(
      lazyProvider("settled"),
      name,
      { ...args, health: pulumi.secret(args.health) },
      opts,
      "kubernetes",
      "Settled",
    );
  }
}
