/** Who a service is for Kafka: a user with a password, by SCRAM-SHA-512. */
export interface KafkaLogin {
  readonly username: string;
  readonly password: string;
  /** Certificates of the authorities by which brokers are verified, PEM; absent for brokers in clear. */
  readonly authorities?: string;
}

/** What kafkajs is told of it; nothing for a broker that asks for none. */
export function securityOf(login: KafkaLogin | undefined) {
  if (login === undefined) return {};
  const { username, password, authorities } = login;
  return {
    sasl: { mechanism: "scram-sha-512" as const, username, password },
    ...(authorities !== undefined && { ssl: { ca: [authorities] } }),
  };
}

/** A login out of a name and a password; none where one is missing. */
export const kafkaLogin = (
  username: string | undefined,
  password: string | undefined,
  authorities: string | undefined,
): KafkaLogin | undefined =>
  username === undefined || password === undefined
    ? undefined
    : { username, password, ...(authorities !== undefined && { authorities }) };
