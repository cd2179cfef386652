import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../../clickhouse/connection.ts";
import { lazyProvider } from "../../dynamic/lazyProvider.ts";

/** Brings a node to rest before its container is replaced. */
export class Drain extends pulumi.dynamic.Resource {
  constructor(
    name: string,
    args: { node: pulumi.Input<Connection>; containerId: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions,
  ) {
    super(
      lazyProvider("drain"),
      name,
      { node: pulumi.secret(args.node), containerId: args.containerId },
      opts,
      "docker",
      "Drain",
    );
  }
}
