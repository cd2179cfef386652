import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../dynamic/lazyProvider.ts";
import type { KafkaConnection } from "./connection.ts";

export interface TopicArgs {
  readonly kafka: pulumi.Input<KafkaConnection>;
  readonly topic: pulumi.Input<string>;
  readonly partitions: pulumi.Input<number>;
  readonly replicationFactor: pulumi.Input<number>;
  readonly config: pulumi.Input<Record<string, string>>;
}

/** A Kafka topic. Partitions can be added, never taken away. */
export class Topic extends pulumi.dynamic.Resource {
  constructor(name: string, args: TopicArgs, opts?: pulumi.CustomResourceOptions) {
    super(lazyProvider("topic"), name, { ...args }, opts, "tickhouse", "Topic");
  }
}
