import * as pulumi from "@pulumi/pulumi";
import { lazyProvider } from "../dynamic/lazyProvider.ts";
import type { KafkaConnection } from "./connection.ts";
import type { Grant } from "./security.ts";

export interface KafkaUserArgs {
  /** As the program reaches the brokers: a user that may do everything. */
  readonly kafka: pulumi.Input<KafkaConnection>;
  readonly username: pulumi.Input<string>;
  readonly password: pulumi.Input<string>;
  /** Whether it logs in with SCRAM; otherwise the broker has its password in a file. */
  readonly scram: pulumi.Input<boolean>;
  readonly grants: pulumi.Input<readonly Grant[]>;
  /** Generation of the brokers' own secret. */
  readonly brokersVersion: pulumi.Input<number>;
}

/**
 * A user of Kafka with its password and its rights. Another name is another user: it is there before anybody uses it, and
 * the old one goes when nobody does any more.
 */
export class KafkaUser extends pulumi.dynamic.Resource {
  declare readonly username: pulumi.Output<string>;

  constructor(name: string, args: KafkaUserArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      lazyProvider("kafkaUser"),
      name,
      { ...args, kafka: pulumi.secret(args.kafka), password: pulumi.secret(args.password) },
      opts,
      "tickhouse",
      "KafkaUser",
    );
  }
}
