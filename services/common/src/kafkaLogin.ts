/** Who a service is for Kafka: a user with a password, by SCRAM-SHA-512. */
export interface KafkaLogin {
  readonly username: string;
  readonly password: string;
}

/** What kafkajs is told of it; nothing for a broker that asks for none. */
export const saslOf = (login: KafkaLogin | undefined) =>
  login === undefined ? {} : { sasl: { mechanism: "scram-sha-512" as const, ...login } };

/** A login out of a name and a password; none where one is missing. */
export const kafkaLogin = (
  username: string | undefined,
  password: string | undefined,
): KafkaLogin | undefined =>
  username === undefined || password === undefined ? undefined : { username, password };
