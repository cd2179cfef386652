import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import {
  BROKER_PORTS,
  BROKER_SECRETS,
  BROKER_TLS_FILES,
  brokerSettings,
  brokerTlsFiles,
  JAAS_FILE,
} from "../../kafka/brokerSettings.ts";
import type { ServerIdentity } from "../../tls/tls.ts";
import type { Broker } from "../../topology.ts";
import { KAFKA_USER, ROOT_GROUP } from "./images.ts";
import type { PrivateFile } from "./names.ts";
import { createServer, type Host } from "./server.ts";

const CLUSTER_ID = "dGlja2hvdXNlLWRvY2tlcg";

export interface BrokerArgs {
  readonly broker: Broker;
  readonly brokers: readonly Broker[];
  readonly image: pulumi.Output<string>;
  readonly heapMb: number;
  /** The broker's logins. */
  readonly jaas: pulumi.Output<string>;
  /** Name or address by which clients outside are sent to it. */
  readonly advertised: string;
  /** Where it is reached over TLS. */
  readonly tls:
    | { readonly identity: ServerIdentity; readonly authorities: pulumi.Output<string> }
    | undefined;
}

/** One broker. Its image writes its configuration into itself, so its root file system stays writable. */
export function createBroker(host: Host, args: BrokerArgs): docker.Container {
  const { broker, brokers, image, heapMb, advertised, tls } = args;
  return createServer(
    host,
    {
      name: broker.name,
      role: "kafka",
      image,
      env: {
        ...brokerSettings(broker, brokers, CLUSTER_ID, { advertised, listenOn: "" }, tls !== undefined),
        KAFKA_HEAP_OPTS: `-Xms128m -Xmx${heapMb}m`,
      },
      volumes: { data: "/var/lib/kafka/data", secrets: BROKER_SECRETS },
      scratch: [],
      files: filesOf(args),
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

/** Its logins, and its certificate. */
function filesOf({ jaas, tls }: BrokerArgs): PrivateFile[] {
  const stores =
    tls &&
    pulumi
      .all([tls.identity.certificate, tls.identity.privateKey, tls.authorities])
      .apply(([certificate, privateKey, authorities]) =>
        brokerTlsFiles({ certificate, privateKey }, authorities),
      );
  const file = (name: string, content: pulumi.Output<string>): PrivateFile => ({
    path: `${BROKER_SECRETS}/${name}`,
    content,
    owner: KAFKA_USER,
    // An image that starts its broker as root gets no capability here, and reads what its group may.
    group: ROOT_GROUP,
  });
  return [
    file(JAAS_FILE, jaas),
    ...(stores
      ? BROKER_TLS_FILES.map((name) =>
          file(
            name,
            stores.apply((each) => each[name] ?? ""),
          ),
        )
      : []),
  ];
}
