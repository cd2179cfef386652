import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../clickhouse/connection.ts";
import { lazyProvider } from "../dynamic/lazyProvider.ts";
import type { ClickHouseNode } from "../targets/target.ts";
import { orderStatements, readsKafka } from "./order.ts";
import { SqlFile } from "./sqlFile.ts";
import type { Statement } from "./statement.ts";

export interface SchemaArgs {
  /** Rendered statements, the same for every node. */
  readonly statements: readonly Statement[];
  readonly nodes: readonly ClickHouseNode[];
  readonly shards: number;
  /** Whether a higher number of shards than the data was spread over is wanted. */
  readonly allowShardChange: boolean;
  /** Whether data tables, and what the stack remembers of the shards, are protected. */
  readonly protectData: boolean;
  /** What the Kafka tables need before they may consume. */
  readonly topic: pulumi.Resource;
  /** Who its users are in Kafka. */
  readonly users: readonly pulumi.Resource[];
}

/** Every SQL file on every node, then consumption. */
export class Schema extends pulumi.ComponentResource {
  /** The last step: wait for it to know that the warehouse takes ticks. */
  readonly consumption: pulumi.Resource;

  constructor(name: string, args: SchemaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tickhouse:schema:Schema", name, {}, opts);
    const { nodes, statements, topic, users, protectData: protect } = args;
    const cluster = pulumi.all(nodes.map(({ connection }) => connection));
    const shardMap = new ShardMap(
      `${name}-shards`,
      { shards: args.shards, allowChange: args.allowShardChange, cluster: pulumi.secret(cluster) },
      { parent: this, protect },
    );
    const files = nodes.flatMap((node) =>
      this.applyTo(node, statements, cluster, {
        dependsOn: [shardMap, ...nodes.map(({ resource }) => resource)],
        protect,
      }),
    );
    this.consumption = new Consumption(
      `${name}-consumption`,
      {
        cluster: pulumi.secret(cluster),
        revision: pulumi.all(files.map(({ revision }) => revision)).apply((all) => sha256(all.join())),
      },
      { parent: this, dependsOn: [...files, topic, ...users], ...deletedWith(nodes[0]) },
    );
    this.registerOutputs({});
  }

  private applyTo(
    node: ClickHouseNode,
    statements: readonly Statement[],
    cluster: pulumi.Output<Connection[]>,
    { dependsOn, protect }: { readonly dependsOn: readonly pulumi.Resource[]; readonly protect: boolean },
  ): SqlFile[] {
    const done = new Map<string, SqlFile>();
    for (const { statement, after } of orderStatements(statements)) {
      const { file, object, kind, sql } = statement;
      const before = after.flatMap((name) => done.get(name) ?? []);
      const args = {
        file,
        object,
        kind,
        sql,
        contentHash: sha256(sql),
        readsKafka: readsKafka(statement, statements),
        node: node.connection,
        cluster,
      };
      // Names sort as the files do: `clickhouse-01/01_ticks_local`.
      const name = `${node.node.name}/${file.replace(/\.sql$/, "")}`;
      const opts = { parent: this, dependsOn: [...dependsOn, ...before], ...deletedWith(node) };
      done.set(file, new SqlFile(name, args, { ...opts, protect: protect && kind === "data" }));
    }
    return [...done.values()];
  }
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Objects go with their node: nothing has to be dropped one by one. */
const deletedWith = (node: ClickHouseNode | undefined): pulumi.CustomResourceOptions =>
  node === undefined ? {} : { deletedWith: node.resource };

class ShardMap extends pulumi.dynamic.Resource {
  constructor(
    name: string,
    inputs: { shards: number; allowChange: boolean; cluster: pulumi.Input<unknown> },
    opts: pulumi.CustomResourceOptions,
  ) {
    super(lazyProvider("shardMap"), name, inputs, opts, "tickhouse", "ShardMap");
  }
}

class Consumption extends pulumi.dynamic.Resource {
  constructor(
    name: string,
    inputs: { cluster: pulumi.Input<unknown>; revision: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions,
  ) {
    super(
      lazyProvider("consumption"),
      name,
      { ...inputs, pausedNodes: undefined },
      opts,
      "tickhouse",
      "Consumption",
    );
  }
}
