import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { KAFKA_VERSION, kafkaJars } from "../infra/targets/local/layout.ts";
import { ROOT } from "./paths.ts";
import { requirePrograms } from "./prerequisites.ts";
import { say } from "./report.ts";

/** Copies Kafka's jars from Maven into the cache, once. */
export async function ensureKafkaJars(): Promise<void> {
  const folder = kafkaJars();
  if (existsSync(folder)) return;
  await requirePrograms(["java", "maven"]);
  say(`getting Apache Kafka ${KAFKA_VERSION} from Maven into ${folder}`);
  const part = `${folder}.${process.pid}.part`;
  const pom = join(ROOT, "tools", "kafka", "pom.xml");
  try {
    await execa(
      "mvn",
      ["-B", "-ntp", "-q", "-f", pom, "dependency:copy-dependencies", `-DoutputDirectory=${part}`],
      { stdio: ["ignore", 2, 2] },
    );
    // Another run may have been faster; its copy is as good.
    if (!existsSync(folder)) renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}
