import { runProducer } from "../../services/producer/src/testing/runProducer.ts";
import { stoppedAtTheEnd } from "../stopping.ts";

/** The producer's process at a steady rate. Every event time is the moment at which its tick was due. */
export interface Feed {
  /** Ends it and waits until all that it read is acknowledged; throws where it failed. */
  stop(): Promise<void>;
}

export function startFeed(
  bootstrap: string,
  topic: string,
  rate: number,
  symbols: readonly string[],
  lingerMs: number,
): Feed {
  // Only first reports in their order: of a late or corrected one the event time does not tell when it was sent.
  const plain = ["--late", "0", "--corrections", "0", "--busts", "0", "--duplicates", "0", "--quotes", "0"];
  const args = ["simulate", "--rate", String(rate), "--symbols", symbols.join(","), ...plain];
  const producer = runProducer([
    ...args,
    "--brokers",
    bootstrap,
    "--topic",
    topic,
    "--linger",
    String(lingerMs),
    "--quiet",
  ]);
  const end = async () => {
    producer.process.kill("SIGTERM");
    await producer.ended;
  };
  const stop = stoppedAtTheEnd(end);
  return {
    async stop() {
      await stop();
      const { code, stderr } = await producer.ended;
      if (code !== 0) throw new Error(`the producer ended with ${code}: ${stderr}`);
    },
  };
}
