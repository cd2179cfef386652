import { join } from "node:path";
import { jaasOption } from "../../kafka/security.ts";
import { renderBrokerLogging, renderBrokerProperties } from "./kafkaFiles.ts";
import { HOST, kafkaJars } from "./layout.ts";
import type { ProcessSpec } from "./process/spec.ts";

export interface BrokerArgs {
  /** Absolute; of this process alone. */
  readonly directory: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly heapMb: number;
  readonly readyTimeoutMs: number;
  /** The broker's logins; without it nobody has to log in. */
  readonly jaas?: string;
}

/** One KRaft broker in one JVM: formats its storage once, then serves. */
export function brokerProcess(args: BrokerArgs): ProcessSpec {
  const { directory, port, controllerPort, heapMb, jaas } = args;
  const properties = join(directory, "etc", "server.properties");
  const java = (...rest: string[]) => [
    "java",
    `-Xms${Math.min(heapMb, 128)}m`,
    `-Xmx${heapMb}m`,
    "-XX:+UseSerialGC",
    `-Dlog4j2.configurationFile=${join(directory, "etc", "log4j2.yaml")}`,
    ...(jaas === undefined ? [] : [jaasOption(join(directory, "etc", JAAS_FILE))]),
    "-cp",
    join(kafkaJars(), "*"),
    ...rest,
  ];
  return {
    name: "kafka",
    directory,
    command: java("kafka.Kafka", properties),
    env: {},
    files: {
      "server.properties": renderBrokerProperties({
        host: HOST,
        port,
        controllerPort,
        dataPath: join(directory, "data"),
        secured: jaas !== undefined,
      }),
      ...(jaas !== undefined && { [JAAS_FILE]: jaas }),
      "log4j2.yaml": renderBrokerLogging(join(directory, "log")),
    },
    prepare: [
      {
        command: java(
          "kafka.tools.StorageTool",
          "format",
          "--ignore-formatted",
          "-t",
          CLUSTER_ID,
          "-c",
          properties,
        ),
        creates: "data/meta.properties",
      },
    ],
    contentHash: "",
    ready: { kind: "tcp", host: HOST, port },
    readyTimeoutMs: args.readyTimeoutMs,
    ports: [
      { host: HOST, port, owner: "kafka", setting: "tickhouse:kafkaPort" },
      { host: HOST, port: controllerPort, owner: "kafka", setting: "tickhouse:kafkaControllerPort" },
    ],
    stop: { drain: null, graceMs: 15_000 },
    logFile: "log/kafka.log",
  };
}

const JAAS_FILE = "jaas.conf";

// Identifies the storage of a broker, no secret; one broker has a storage of its own.
const CLUSTER_ID = "dGlja2hvdXNlLWxvY2FsMA";
