import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { KAFKA_VERSION, ROOT } from "../../infra/targets/local/layout.ts";

/** What figures were measured on, and with. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Distribution and kernel. */
  readonly os: string;
  readonly node: string;
  /** Package version of the engine. */
  readonly clickhouse: string;
  readonly kafka: string;
}

export function thisMachine(): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${distribution()}, ${type()} ${release()}`,
    node: process.version,
    clickhouse: engineVersion(),
    kafka: KAFKA_VERSION,
  };
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "unknown";
  } catch {
    return process.platform;
  }
}

/** The pinned engine: every platform's package has the same version. */
function engineVersion(): string {
  const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, "infra", "package.json"), "utf8")) as {
    optionalDependencies: Readonly<Record<string, string>>;
  };
  const version = Object.entries(optionalDependencies).find(([name]) => name.startsWith("@chdb/"))?.[1];
  if (version === undefined) throw new Error("infra/package.json names no package of the engine");
  return version;
}
