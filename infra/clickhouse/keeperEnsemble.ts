import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../dynamic/lazyProvider.ts";

/** How many members the Keeper ensemble has; guards against a change in place. */
export class KeeperEnsemble extends pulumi.dynamic.Resource {
  constructor(name: string, keepers: number, opts: pulumi.CustomResourceOptions) {
    super(lazyProvider("keeperEnsemble"), name, { keepers }, opts, "tickhouse", "KeeperEnsemble");
  }
}
