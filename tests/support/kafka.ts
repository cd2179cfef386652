import { join } from "node:path";
import { BROKER_TLS_FILES, brokerTlsFiles } from "../../infra/kafka/brokerSettings.ts";
import { securityProperties } from "../../infra/kafka/security.ts";
import { topicProvider } from "../../infra/kafka/topicProvider.ts";
import { brokerProcess } from "../../infra/targets/local/kafka.ts";
import type { ProcessSpec } from "../../infra/targets/local/process/spec.ts";
import { startProcess } from "../../infra/targets/local/process/start.ts";
import { stopProcess } from "../../infra/targets/local/process/stop.ts";
import type { KeyedCertificate } from "../../infra/tls/certificates.ts";
import { temporaryFolder } from "./folder.ts";
import { freePorts } from "./freePort.ts";

export interface TestKafka {
  /** `127.0.0.1:port` */
  readonly bootstrap: string;
  /** Every port that it listens on. */
  readonly ports: readonly number[];
  /** Kills it as a loss of power would, and starts it again on what it had stored. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** What a broker over TLS shows, and by what it verifies itself; PEM. */
export type BrokerCertificate = KeyedCertificate & { readonly authorities: string };

/**
 * A real broker on free ports, in a folder of its own; `stop` leaves nothing.
 * @param jaas its logins; without them nobody has to log in
 * @param certificate with it, every listener is over TLS
 */
export async function startKafka(jaas?: string, certificate?: BrokerCertificate): Promise<TestKafka> {
  const folder = temporaryFolder("kafka");
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const plain = brokerProcess({
    directory: folder.path,
    port,
    controllerPort,
    heapMb: 256,
    readyTimeoutMs: 60_000,
    ...(jaas !== undefined && { jaas }),
  });
  const spec = certificate === undefined ? plain : overTls(plain, certificate);
  let identity = await startProcess(spec);
  return {
    bootstrap: `127.0.0.1:${port}`,
    ports: [port, controllerPort],
    async crash() {
      process.kill(identity.pid, "SIGKILL");
      identity = await startProcess(spec);
    },
    async stop() {
      await stopProcess(spec.name, identity, spec.stop);
      folder.remove();
    },
  };
}

/** Declares a topic, as the stack does. */
export async function createTopic(bootstrap: string, topic: string, partitions: number): Promise<void> {
  await topicProvider.create({ kafka: { bootstrap }, topic, partitions, replicationFactor: 1, config: {} });
}

/** The same broker, with what the stack's brokers over TLS are given: of properties that are there twice, the last holds. */
function overTls(spec: ProcessSpec, certificate: BrokerCertificate): ProcessSpec {
  const [keyStore, trustStore] = BROKER_TLS_FILES.map((file) => join(spec.directory, "etc", file)) as [
    string,
    string,
  ];
  const properties = Object.entries(securityProperties(["CLIENTS", "CONTROLLER"], { keyStore, trustStore }));
  return {
    ...spec,
    files: {
      ...spec.files,
      ...brokerTlsFiles(certificate, certificate.authorities),
      "server.properties": `${spec.files["server.properties"]}${properties.map(([key, value]) => `${key}=${value}\n`).join("")}`,
    },
  };
}
