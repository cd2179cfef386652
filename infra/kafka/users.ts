import type * as pulumi from "@pulumi/pulumi";
import type { ConsumerLogin } from "../clickhouse/server.ts";
import type { KafkaConnection } from "./connection.ts";
import { CONSUMER_GROUP, TOPIC } from "./names.ts";
import { type ConsumerMechanism, grantsOf, KAFKA_USERS, type KafkaUserName } from "./security.ts";
import { KafkaUser } from "./user.ts";

/** A user of Kafka as its service knows it. */
export interface ServiceLogin {
  readonly username: string;
  readonly password: pulumi.Output<string>;
}

/** Every user of a stack by the name of its work. */
export type ServiceLogins = Readonly<Record<KafkaUserName, ServiceLogin>>;

/**
 * Names the users. A new generation of passwords is a new generation of users: both are let in until everybody has
 * changed, and then the old ones go.
 */
export const nameUsers = (
  version: number,
  secret: (name: string) => pulumi.Output<string>,
): ServiceLogins => {
  const login = (user: KafkaUserName): ServiceLogin => ({
    username: `${user}-${version}`,
    password: secret(`kafka-${user}-password`),
  });
  return Object.fromEntries(KAFKA_USERS.map((user) => [user, login(user)])) as ServiceLogins;
};

/** Users that a broker has in a file. */
export const plainUsers = (
  { clickhouse }: ServiceLogins,
  mechanism: ConsumerMechanism,
): pulumi.Output<Readonly<Record<string, string>>> =>
  clickhouse.password.apply(
    (password): Record<string, string> => (mechanism === "PLAIN" ? { [clickhouse.username]: password } : {}),
  );

/** Who the consumers are. */
export const consumerLogin = (
  { clickhouse: { username, password } }: ServiceLogins,
  mechanism: ConsumerMechanism,
): pulumi.Output<ConsumerLogin> => password.apply((value) => ({ mechanism, username, password: value }));

/** Makes the users, once there are brokers. */
export function createUsers(
  logins: ServiceLogins,
  mechanism: ConsumerMechanism,
  brokers: { readonly kafka: pulumi.Output<KafkaConnection>; readonly brokersVersion: number },
  opts: pulumi.CustomResourceOptions,
): KafkaUser[] {
  return KAFKA_USERS.map((user) => {
    const { username, password } = logins[user];
    const scram = user !== "clickhouse" || mechanism !== "PLAIN";
    const grants = grantsOf(user, TOPIC, CONSUMER_GROUP);
    return new KafkaUser(`kafka-${user}`, { ...brokers, username, password, scram, grants }, opts);
  });
}
