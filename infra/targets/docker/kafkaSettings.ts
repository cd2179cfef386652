import type { Broker } from "../../topology.ts";

const INSIDE = 9092;
const CONTROLLER = 9093;
const OUTSIDE = 29_092;

/** Ports in the container: for the stack's own services, among controllers, and for clients of the host. */
export const BROKER_PORTS = { inside: INSIDE, controller: CONTROLLER, outside: OUTSIDE } as const;

/**
 * Settings of one KRaft broker as the official image takes them (`KAFKA_NODE_ID` for `node.id`). Each broker is a
 * controller too. With three of them, a topic is written to two before it counts as written. Pure.
 * @param advertised address by which clients outside of the target are sent to a broker
 */
export function brokerSettings(
  broker: Broker,
  brokers: readonly Broker[],
  advertised: string,
): Record<string, string> {
  const copies = Math.min(brokers.length, 3);
  const inSync = copies > 1 ? copies - 1 : 1;
  return {
    CLUSTER_ID: "dGlja2hvdXNlLWRvY2tlcg",
    KAFKA_NODE_ID: String(broker.id),
    KAFKA_PROCESS_ROLES: "broker,controller",
    KAFKA_CONTROLLER_QUORUM_VOTERS: brokers.map(({ id, name }) => `${id}@${name}:${CONTROLLER}`).join(","),
    KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
    KAFKA_INTER_BROKER_LISTENER_NAME: "INSIDE",
    KAFKA_LISTENERS: `INSIDE://:${INSIDE},CONTROLLER://:${CONTROLLER},OUTSIDE://:${OUTSIDE}`,
    KAFKA_ADVERTISED_LISTENERS: `INSIDE://${broker.name}:${INSIDE},OUTSIDE://${advertised}:${broker.port}`,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT,OUTSIDE:PLAINTEXT",
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
