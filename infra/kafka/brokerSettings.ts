import type { KeyedCertificate } from "../tls/certificates.ts";
import type { Broker } from "../topology.ts";
import { type BrokerTls, jaasOption, securityProperties } from "./security.ts";

const INSIDE = 9092;
const CONTROLLER = 9093;
const OUTSIDE = 29_092;

/** Ports in the container: for the stack's own services, among controllers, and for clients outside of the target. */
export const BROKER_PORTS = { inside: INSIDE, controller: CONTROLLER, outside: OUTSIDE } as const;

/** Folder of the broker's logins in its container, and their file. */
export const BROKER_SECRETS = "/etc/kafka/secrets";
export const JAAS_FILE = "jaas.conf";
const JAAS_PATH = `${BROKER_SECRETS}/${JAAS_FILE}`;

/** Files of TLS, in the same folder. */
const KEY_STORE = "broker.pem";
const TRUST_STORE = "ca.pem";
const TLS: BrokerTls = {
  keyStore: `${BROKER_SECRETS}/${KEY_STORE}`,
  trustStore: `${BROKER_SECRETS}/${TRUST_STORE}`,
};

/** Their names. */
export const BROKER_TLS_FILES = [KEY_STORE, TRUST_STORE] as const;

/** What a broker's files of TLS hold, by their names. Pure. */
export const brokerTlsFiles = (
  { certificate, privateKey }: KeyedCertificate,
  authorities: string,
): Record<string, string> => ({
  [KEY_STORE]: `${privateKey.trim()}\n${certificate}`,
  [TRUST_STORE]: authorities,
});

/** `super.users` -> `KAFKA_SUPER_USERS` */
const asVariables = (properties: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      `KAFKA_${name.toUpperCase().replaceAll(".", "_")}`,
      value,
    ]),
  );

/** How clients outside of the target come to a broker. */
export interface OutsideClients {
  /** Address by which they are sent to a broker; its port is the broker's own. */
  readonly advertised: string;
  /** Where a broker listens for them; empty for all addresses of its container. */
  readonly listenOn: string;
}

/**
 * Settings of one KRaft broker as the official image takes them (`KAFKA_NODE_ID` for `node.id`). Each broker is a
 * controller too. With three of them, a topic is written to two before it counts as written. Pure.
 * @param clusterId 16 bytes in base64url; a broker refuses data of another cluster
 * @param secure whether every listener is over TLS
 */
export function brokerSettings(
  broker: Broker,
  brokers: readonly Broker[],
  clusterId: string,
  { advertised, listenOn }: OutsideClients,
  secure = false,
): Record<string, string> {
  const copies = Math.min(brokers.length, 3);
  const inSync = copies > 1 ? copies - 1 : 1;
  return {
    CLUSTER_ID: clusterId,
    KAFKA_NODE_ID: String(broker.id),
    KAFKA_PROCESS_ROLES: "broker,controller",
    KAFKA_CONTROLLER_QUORUM_VOTERS: brokers.map(({ id, name }) => `${id}@${name}:${CONTROLLER}`).join(","),
    KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
    KAFKA_INTER_BROKER_LISTENER_NAME: "INSIDE",
    KAFKA_LISTENERS: `INSIDE://:${INSIDE},CONTROLLER://:${CONTROLLER},OUTSIDE://${listenOn}:${OUTSIDE}`,
    KAFKA_ADVERTISED_LISTENERS: `INSIDE://${broker.name}:${INSIDE},OUTSIDE://${advertised}:${broker.port}`,
    ...asVariables(securityProperties(["INSIDE", "CONTROLLER", "OUTSIDE"], secure ? TLS : undefined)),
    KAFKA_OPTS: jaasOption(JAAS_PATH),
    KAFKA_LOG_DIRS: "/var/lib/kafka/data",
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
    KAFKA_DEFAULT_REPLICATION_FACTOR: String(copies),
    KAFKA_MIN_INSYNC_REPLICAS: String(inSync),
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: String(copies),
    KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: "8",
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: String(copies),
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: String(inSync),
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "500",
  };
}
