import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../dynamic/lazyProvider.ts";

export interface TopicArgs {
  readonly bootstrap: pulumi.Input<string>;
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
