import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config.ts";
import {
  BROKER_SECRETS,
  BROKER_TLS_FILES,
  brokerSettings,
  brokerTlsFiles,
  JAAS_FILE,
} from "../../kafka/brokerSettings.ts";
import type { KafkaConnection } from "../../kafka/connection.ts";
import { renderJaas } from "../../kafka/security.ts";
import { type TlsDecision, usesTls } from "../../tls/parts.ts";
import type { Tls } from "../../tls/tls.ts";
import type { Broker } from "../../topology.ts";
import type { KafkaArgs } from "../target.ts";
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
import { identityOf, namesInCluster } from "./tls.ts";

const ROLE = "kafka";
const ports = { kafka: PORTS.kafka, controller: PORTS.kafkaController };

/** Clients outside come through a port-forward, which ends at the pod's own loopback: no other pod can take that way. */
const OUTSIDE = { advertised: "127.0.0.1", listenOn: "127.0.0.1" };

/**
 * The pod of one broker. Pure.
 * @param secret name of the Secret with its logins, and its certificate
 */
export const brokerPod = (
  broker: Broker,
  brokers: readonly Broker[],
  config: TlsDecision &
    Pick<Config, "kafkaImage" | "kafkaHeapMb" | "kafkaCpuMillicores" | "antiAffinity" | "imagePullSecret">,
  clusterId: string,
  secret: string,
): Omit<PodArgs, "claims"> => ({
  name: broker.name,
  labels: memberLabels(ROLE, broker.name),
  image: config.kafkaImage,
  imagePullSecret: config.imagePullSecret,
  user: USERS.kafka,
  env: {
    ...brokerSettings(broker, brokers, clusterId, OUTSIDE, usesTls(config, "kafka")),
    // The top of a volume may hold what its file system puts there.
    KAFKA_LOG_DIRS: "/var/lib/kafka/data/logs",
    KAFKA_HEAP_OPTS: `-Xms128m -Xmx${config.kafkaHeapMb}m`,
  },
  ports,
  secrets: { [secret]: BROKER_SECRETS },
  // Its image renders its settings into its own folder, and the JVM logs its collections.
  scratch: ["/tmp", "/opt/kafka/config", "/opt/kafka/logs"],
  probes: probes({ tcpSocket: { port: PORTS.kafka } }),
  graceSeconds: 90,
  cpuMillicores: config.kafkaCpuMillicores,
  memoryMb: kafkaMemory(config.kafkaHeapMb),
  placement: placement(config.antiAffinity, roleLabels(ROLE), roleLabels(ROLE)),
});

/** How the program reaches the brokers: each by a tunnel to its pod. Pure. */
export function kafkaWay(place: Place, brokers: readonly Broker[]): KafkaConnection {
  const addresses = brokers.map(({ name }) => [`${name}:${PORTS.kafka}`, podOf(name)] as const);
  return {
    bootstrap: addresses.map(([address]) => address).join(","),
    tunnels: Object.fromEntries(
      addresses.map(([address, pod]) => [address, { ...place, pod, port: PORTS.kafka }]),
    ),
  };
}

export interface BrokersArgs extends KafkaArgs {
  readonly brokers: readonly Broker[];
  readonly config: Config;
  readonly clusterId: string;
  readonly tls: Tls;
  /** How the program reaches them. */
  readonly connection: pulumi.Output<KafkaConnection>;
}

/** All brokers, each settled. */
export function createBrokers(objects: Objects, args: BrokersArgs): pulumi.Resource[] {
  const { brokers, config, clusterId, password, plainUsers } = args;
  const jaas = pulumi.all([password, plainUsers]).apply(([own, users]) => renderJaas(own, users));
  return createEnsemble(objects, {
    members: brokers.map((broker) => ({
      name: broker.name,
      pod: secretOf(objects, args, broker, jaas).apply((name) =>
        brokerPod(broker, brokers, config, clusterId, name),
      ),
      labels: memberLabels(ROLE, broker.name),
      ports,
      dataPath: "/var/lib/kafka/data",
    })),
    volumeGb: config.kafkaVolumeGb,
    storageClass: config.storageClass,
    health: args.connection.apply((kafka) => ({ kind: "kafka" as const, kafka })),
    gated: config.rolloutGate === "on",
    deadlineSeconds: config.readyTimeoutSeconds,
    dependsOn: [],
  });
}

/** The Secret of one broker, by its name. */
function secretOf(
  objects: Objects,
  { tls }: BrokersArgs,
  { name }: Broker,
  jaas: pulumi.Output<string>,
): pulumi.Output<string> {
  const labels = memberLabels(ROLE, name);
  if (!tls.on("kafka")) return objects.secretFiles(`${name}-logins`, labels, { [JAAS_FILE]: jaas });
  const { certificate, privateKey } = identityOf(tls, name, objects.place.namespace, [
    ...namesInCluster(ROLE, objects.place.namespace),
  ]);
  const stores = pulumi
    .all([certificate, privateKey, tls.authorities])
    .apply(([shown, key, authorities]) =>
      brokerTlsFiles({ certificate: shown, privateKey: key }, authorities),
    );
  return objects.secretFiles(`${name}-logins`, labels, {
    [JAAS_FILE]: jaas,
    ...Object.fromEntries(BROKER_TLS_FILES.map((file) => [file, stores.apply((each) => each[file] ?? "")])),
  });
}
