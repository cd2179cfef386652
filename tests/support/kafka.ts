import { topicProvider } from "../../infra/kafka/topicProvider.ts";
import { brokerProcess } from "../../infra/targets/local/kafka.ts";
import { startProcess } from "../../infra/targets/local/process/start.ts";
import { stopProcess } from "../../infra/targets/local/process/stop.ts";
import { temporaryFolder } from "./folder.ts";
import { freePorts } from "./freePort.ts";

export interface TestKafka {
  /** `127.0.0.1:port` */
  readonly bootstrap: string;
  stop(): Promise<void>;
}

/**
 * A real broker on free ports, in a folder of its own; `stop` leaves nothing.
 * @param jaas its logins; without them nobody has to log in
 */
export async function startKafka(jaas?: string): Promise<TestKafka> {
  const folder = temporaryFolder("kafka");
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const spec = brokerProcess({
    directory: folder.path,
    port,
    controllerPort,
    heapMb: 256,
    readyTimeoutMs: 60_000,
    ...(jaas !== undefined && { jaas }),
  });
  const identity = await startProcess(spec);
  return {
    bootstrap: `127.0.0.1:${port}`,
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
