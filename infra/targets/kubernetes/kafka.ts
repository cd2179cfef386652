import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config.ts";
import { brokerSettings } from "../../kafka/brokerSettings.ts";
import type { KafkaConnection } from "../../kafka/connection.ts";
import type { Broker } from "../../topology.ts";
import { createEnsemble } from "./ensemble.ts";
import { memberLabels, podOf, roleLabels } from "./names.ts";
import type { Objects } from "./objects.ts";
import { placement } from "./placement.ts";
import type { PodArgs } from "./pod.ts";
import { PORTS } from "./ports.ts";
import { probes } from "./probes.ts";
import { kafkaMemory } from "./resources.ts";
import type { Place } from "./rollout/member.ts";
import { USERS } from "./security.ts";

const ROLE = "kafka";
const ports = { kafka: PORTS.kafka, controller: PORTS.kafkaController };

/** Clients outside come through a port-forward, which ends at the pod's own loopback: no other pod can take that way. */
const OUTSIDE = { advertised: "127.0.0.1", listenOn: "127.0.0.1" };

/** The pod of one broker. Pure. */
export const brokerPod = (
  broker: Broker,
  brokers: readonly Broker[],
  config: Pick<
    Config,
    "kafkaImage" | "kafkaHeapMb" | "kafkaCpuMillicores" | "antiAffinity" | "imagePullSecret"
  >,
  clusterId: string,
): Omit<PodArgs, "claims"> => ({
  name: broker.name,
  labels: memberLabels(ROLE, broker.name),
  image: config.kafkaImage,
  imagePullSecret: config.imagePullSecret,
  user: USERS.kafka,
  env: {
    ...brokerSettings(broker, brokers, clusterId, OUTSIDE),
    // The top of a volume may hold what its file system puts there.
    KAFKA_LOG_DIRS: "/var/lib/kafka/data/logs",
    KAFKA_HEAP_OPTS: `-Xms128m -Xmx${config.kafkaHeapMb}m`,
  },
  ports,
  // Its image renders its settings into its own folder, and the JVM logs its collections.
  scratch: ["/tmp", "/opt/kafka/config", "/opt/kafka/logs"],
  probes: probes({ tcpSocket: { port: PORTS.kafka } }),
  graceSeconds: 90,
  cpuMillicores: config.kafkaCpuMillicores,
  memoryMb: kafkaMemory(config.kafkaHeapMb),
  placement: placement(config.antiAffinity, roleLabels(ROLE), roleLabels(ROLE)),
});

/** How the program reaches the brokers: each by a tunnel to its pod. Pure. */
export function kafkaConnection(place: Place, brokers: readonly Broker[]): KafkaConnection {
  const addresses = brokers.map(({ name }) => [`${name}:${PORTS.kafka}`, podOf(name)] as const);
  return {
    bootstrap: addresses.map(([address]) => address).join(","),
    tunnels: Object.fromEntries(
      addresses.map(([address, pod]) => [address, { ...place, pod, port: PORTS.kafka }]),
    ),
  };
}

/** All brokers, each settled. */
export function createBrokers(
  objects: Objects,
  brokers: readonly Broker[],
  config: Config,
  clusterId: string,
): pulumi.Resource[] {
  return createEnsemble(objects, {
    members: brokers.map((broker) => ({
      name: broker.name,
      pod: brokerPod(broker, brokers, config, clusterId),
      labels: memberLabels(ROLE, broker.name),
      ports,
      dataPath: "/var/lib/kafka/data",
    })),
    volumeGb: config.kafkaVolumeGb,
    storageClass: config.storageClass,
    health: { kind: "kafka", kafka: kafkaConnection(objects.place, brokers) },
    gated: config.rolloutGate === "on",
    deadlineSeconds: config.readyTimeoutSeconds,
    dependsOn: [],
  });
}
