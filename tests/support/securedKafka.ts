import type { SASLOptions } from "kafkajs";
import type { KafkaConnection, KafkaLogin } from "../../infra/kafka/connection.ts";
import { CONSUMER_GROUP, TOPIC } from "../../infra/kafka/names.ts";
import {
  grantsOf,
  KAFKA_USERS,
  type KafkaUserName,
  renderJaas,
  superLogin,
} from "../../infra/kafka/security.ts";
import { topicProvider } from "../../infra/kafka/topicProvider.ts";
import { kafkaUserProvider } from "../../infra/kafka/userProvider.ts";
import { type BrokerCertificate, startKafka } from "./kafka.ts";

type ScramLogin = KafkaLogin & SASLOptions & { readonly mechanism: "scram-sha-512" };

/** A real broker that asks for logins, with the topic and the users of a stack. */
export interface SecuredKafka {
  readonly bootstrap: string;
  readonly ports: readonly number[];
  readonly connection: KafkaConnection;
  /** Of `clickhouse`, for consumers that know PLAIN alone. */
  readonly plainConsumer: { readonly username: string; readonly password: string };
  loginOf(user: KafkaUserName): ScramLogin;
  setUser(user: KafkaUserName, password: string): Promise<void>;
  forgetUser(user: KafkaUserName): Promise<void>;
  /** Kills it as a loss of power would, and starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

const passwordOf = (user: string): string => `${user}-password-of-a-test`;
const PLAIN_CONSUMER = "clickhouse-plain";

/** @param certificate with it, the broker is over TLS */
export async function startSecuredKafka(
  partitions = 2,
  certificate?: BrokerCertificate,
): Promise<SecuredKafka> {
  const login = superLogin(passwordOf("kafka"));
  const broker = await startKafka(
    renderJaas(login.password, { [PLAIN_CONSUMER]: passwordOf(PLAIN_CONSUMER) }),
    certificate,
  );
  const { bootstrap } = broker;
  const connection: KafkaConnection = {
    bootstrap,
    login,
    ...(certificate && { authorities: certificate.authorities }),
  };
  const inputsOf = (user: KafkaUserName, password = passwordOf(user)) => ({
    kafka: connection,
    username: user,
    password,
    scram: true,
    brokersVersion: 1,
    grants: grantsOf(user, TOPIC, CONSUMER_GROUP),
  });
  try {
    await topicProvider.create({
      kafka: connection,
      topic: TOPIC,
      partitions,
      replicationFactor: 1,
      config: {},
    });
    for (const user of KAFKA_USERS) await kafkaUserProvider.create(inputsOf(user));
    await kafkaUserProvider.create({
      ...inputsOf("clickhouse", passwordOf(PLAIN_CONSUMER)),
      username: PLAIN_CONSUMER,
      scram: false,
    });
  } catch (error) {
    await broker.stop();
    throw error;
  }
  return {
    bootstrap,
    ports: broker.ports,
    connection,
    plainConsumer: { username: PLAIN_CONSUMER, password: passwordOf(PLAIN_CONSUMER) },
    loginOf: (user) => ({ mechanism: "scram-sha-512", username: user, password: passwordOf(user) }),
    async setUser(user, password) {
      await kafkaUserProvider.update(user, inputsOf(user), inputsOf(user, password));
    },
    forgetUser: (user) => kafkaUserProvider.delete(user, inputsOf(user)),
    crash: broker.crash,
    stop: broker.stop,
  };
}
