import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { BROKER_PORTS, BROKER_SECRETS, brokerSettings, JAAS_FILE } from "../../kafka/brokerSettings.ts";
import type { Broker } from "../../topology.ts";
import { connectable } from "../address.ts";
import { KAFKA_USER } from "./images.ts";
import { createServer, type Host } from "./server.ts";

const CLUSTER_ID = "dGlja2hvdXNlLWRvY2tlcg";

export interface BrokerArgs {
  readonly broker: Broker;
  readonly brokers: readonly Broker[];
  readonly image: pulumi.Output<string>;
  readonly heapMb: number;
  /** The broker's logins. */
  readonly jaas: pulumi.Output<string>;
}

/** One broker. Its image writes its configuration into itself, so its root file system stays writable. */
export function createBroker(host: Host, args: BrokerArgs): docker.Container {
  const { broker, brokers, image, heapMb, jaas } = args;
  return createServer(
    host,
    {
      name: broker.name,
      role: "kafka",
      image,
      env: {
        ...brokerSettings(broker, brokers, CLUSTER_ID, {
          advertised: connectable(host.publishOn),
          listenOn: "",
        }),
        KAFKA_HEAP_OPTS: `-Xms128m -Xmx${heapMb}m`,
      },
      volumes: { data: "/var/lib/kafka/data", secrets: BROKER_SECRETS },
      scratch: [],
      files: [{ path: `${BROKER_SECRETS}/${JAAS_FILE}`, content: jaas, owner: KAFKA_USER }],
      publish: [{ inside: BROKER_PORTS.outside, outside: broker.port }],
      // A listener answers once its broker has joined; a Kafka tool would start a JVM for each question.
      health: `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${BROKER_PORTS.inside}'`,
      memoryMb: heapMb + 512,
      stopSeconds: 60,
      readOnlyRoot: false,
      capabilities: [],
    },
    {},
  );
}
