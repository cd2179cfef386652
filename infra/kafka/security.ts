import type { KafkaLogin } from "./connection.ts";

/**
 * Who may do what in Kafka. Every listener asks for a login (SASL), and what no rule allows is denied.
 *
 * | user | may | logs in with |
 * |---|---|---|
 * | `kafka` | everything: brokers and controllers among themselves, and the program | PLAIN |
 * | `producer` | write the topic | SCRAM-SHA-512 |
 * | `clickhouse` | read the topic, in the warehouse's group | SCRAM-SHA-512, or PLAIN by setting |
 * | `api` | see the topic's ends and the group's offsets | SCRAM-SHA-512 |
 * | `replay` | write the topic: dead letters again | SCRAM-SHA-512 |
 * | `audit` | see what `api` sees, read the topic in groups of its own | SCRAM-SHA-512 |
 * | `restore` | `npm run restore`: set the group back, move a new topic on and delete what it was moved on by | SCRAM-SHA-512 |
 *
 * Passwords of PLAIN stand in a file of the broker's own; those of SCRAM are in the cluster's metadata, salted and
 * hashed, and can be changed while it runs.
 */
export const SUPER_USER = "kafka";

/** Users of services and tools. */
export const KAFKA_USERS = ["producer", "clickhouse", "api", "replay", "audit", "restore"] as const;
export type KafkaUserName = (typeof KAFKA_USERS)[number];

/** How ClickHouse's consumers may log in. */
export const CONSUMER_MECHANISMS = ["SCRAM-SHA-512", "PLAIN"] as const;
export type ConsumerMechanism = (typeof CONSUMER_MECHANISMS)[number];

/** One right, on one topic or group, or on all whose names begin so. */
export interface Grant {
  readonly on: "topic" | "group";
  readonly name: string;
  readonly prefixed?: boolean;
  readonly may: readonly ("read" | "write" | "describe" | "delete")[];
}

/** Groups that the tools make for a moment begin so: `tickhouse-verify-…`, `tickhouse-drill-…`. */
export const toolGroups = (group: string): string => `${group}-`;

/** What each user needs, and no more. Reading and writing include describing. */
export function grantsOf(user: KafkaUserName, topic: string, group: string): Grant[] {
  const ticks = (...may: Grant["may"]): Grant => ({ on: "topic", name: topic, may });
  const offsets: Grant = { on: "group", name: group, may: ["describe"] };
  switch (user) {
    case "producer":
    case "replay":
      return [ticks("write")];
    case "clickhouse":
      return [ticks("read"), { on: "group", name: group, may: ["read"] }];
    case "api":
      return [ticks("describe"), offsets];
    case "audit":
      return [
        ticks("read"),
        offsets,
        { on: "group", name: toolGroups(group), prefixed: true, may: ["read", "delete"] },
      ];
    case "restore":
      // Messages are deleted with the right to delete the topic.
      return [ticks("read", "write", "delete"), { on: "group", name: group, may: ["read"] }];
  }
}

/** Absolute paths of a broker's PEM files. */
export interface BrokerTls {
  /** Its private key, and then its certificate with those of its issuers. */
  readonly keyStore: string;
  /** Certificates of the authorities by which it verifies the other brokers. */
  readonly trustStore: string;
}

/**
 * Properties of a broker that asks everybody for a login. Pure.
 * @param tls with it every listener is over TLS, and none in clear
 */
export const securityProperties = (
  listeners: readonly string[],
  tls?: BrokerTls,
): Record<string, string> => ({
  "listener.security.protocol.map": listeners
    .map((name) => `${name}:${tls ? "SASL_SSL" : "SASL_PLAINTEXT"}`)
    .join(","),
  ...(tls && {
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": tls.keyStore,
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": tls.trustStore,
    "ssl.enabled.protocols": "TLSv1.2,TLSv1.3",
    // Clients log in with a password; they show no certificate.
    "ssl.client.auth": "none",
  }),
  "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
  "sasl.mechanism.inter.broker.protocol": "PLAIN",
  "sasl.mechanism.controller.protocol": "PLAIN",
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  "super.users": `User:${SUPER_USER}`,
});

/** Tells the JVM where the broker's logins are. */
export const jaasOption = (path: string): string => `-Djava.security.auth.login.config=${path}`;

/**
 * Renders the broker's logins: its own, and those of users that log in with PLAIN. Pure.
 * @param plain passwords by user
 */
export function renderJaas(password: string, plain: Readonly<Record<string, string>> = {}): string {
  const users = Object.entries({ [SUPER_USER]: password, ...plain });
  return `KafkaServer {
  org.apache.kafka.common.security.scram.ScramLoginModule required;
  org.apache.kafka.common.security.plain.PlainLoginModule required
    username="${SUPER_USER}"
    password="${password}"
${users.map(([name, value]) => `    user_${name}="${value}"`).join("\n")};
};
`;
}

/** The program's own login. */
export const superLogin = (password: string): KafkaLogin => ({
  mechanism: "plain",
  username: SUPER_USER,
  password,
});
