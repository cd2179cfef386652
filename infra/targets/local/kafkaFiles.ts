import { securityProperties } from "../../kafka/security.ts";

/** Ports and limits of the one broker. */
export interface BrokerSettings {
  readonly host: string;
  readonly port: number;
  readonly controllerPort: number;
  /** Absolute. */
  readonly dataPath: string;
  /** Whether everybody has to log in. */
  readonly secured: boolean;
}

/** Renders `server.properties` of one KRaft broker that is its own controller. Pure. */
export function renderBrokerProperties(settings: BrokerSettings): string {
  const { host, port, controllerPort, dataPath, secured } = settings;
  const properties: Readonly<Record<string, string | number>> = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@${host}:${controllerPort}`,
    listeners: `CLIENTS://${host}:${port},CONTROLLER://${host}:${controllerPort}`,
    "advertised.listeners": `CLIENTS://${host}:${port}`,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "CLIENTS",
    ...(secured
      ? securityProperties(["CLIENTS", "CONTROLLER"])
      : { "listener.security.protocol.map": "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT" }),
    "log.dirs": dataPath,
    // Topics are resources of the stack: a misspelt one is an error, not a new topic.
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 8,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 4,
    "group.initial.rebalance.delay.ms": 500,
    "log.segment.bytes": 134_217_728,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}

/** Renders log4j 2's configuration: one file, rotated by size. Pure. */
export function renderBrokerLogging(logPath: string): string {
  return `Configuration:
  status: error
  Appenders:
    RollingFile:
      name: file
      fileName: ${logPath}/kafka.log
      filePattern: ${logPath}/kafka.log.%i
      PatternLayout: { pattern: "%d{ISO8601} %p %c{1} %m%n" }
      Policies: { SizeBasedTriggeringPolicy: { size: 20MB } }
      DefaultRolloverStrategy: { max: 5 }
  Loggers:
    Root: { level: info, AppenderRef: { ref: file } }
`;
}
