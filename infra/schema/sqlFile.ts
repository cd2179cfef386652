import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../clickhouse/connection.ts";
import { lazyProvider } from "../dynamic/lazyProvider.ts";
import type { ObjectKind } from "./statement.ts";

export interface SqlFileArgs {
  /** `01_ticks_local.sql` */
  readonly file: string;
  readonly object: string;
  readonly kind: ObjectKind;
  /** The rendered text. */
  readonly sql: string;
  readonly contentHash: string;
  readonly readsKafka: boolean;
  readonly node: pulumi.Input<Connection>;
  readonly cluster: pulumi.Input<readonly Connection[]>;
}

/** One SQL file on one node. */
export class SqlFile extends pulumi.dynamic.Resource {
  /** Another one after every apply. */
  declare readonly revision: pulumi.Output<string>;

  constructor(name: string, args: SqlFileArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = {
      ...args,
      node: pulumi.secret(args.node),
      cluster: pulumi.secret(args.cluster),
      appliedDefinition: undefined,
      liveDefinition: undefined,
      revision: undefined,
    };
    super(lazyProvider("sqlFile"), name, inputs, opts, "tickhouse", "SqlFile");
  }
}
