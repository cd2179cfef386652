import { execa } from "execa";

/** A program that has to be there, and what to do when it is not. */
interface Prerequisite {
  readonly program: string;
  readonly args: readonly string[];
  /** Finds the version in what the program prints. */
  readonly version: RegExp;
  readonly minimum: number;
  readonly wanted: string;
  readonly get: string;
}

const PREREQUISITES = {
  java: {
    program: "java",
    args: ["-version"],
    version: /version "(\d+)/,
    minimum: 17,
    wanted: "Java 17 or newer (runs Kafka)",
    get: "Debian: apt install openjdk-17-jre-headless",
  },
  maven: {
    program: "mvn",
    args: ["--version"],
    version: /Apache Maven (\d+)/,
    minimum: 3,
    wanted: "Maven 3 (gets Kafka's jars)",
    get: "Debian: apt install maven",
  },
  go: {
    program: "go",
    args: ["version"],
    version: /go1\.(\d+)/,
    minimum: 21,
    wanted: "Go 1.21 or newer (builds the Pulumi CLI)",
    get: "https://go.dev/dl, or install the Pulumi CLI: https://www.pulumi.com/docs/install",
  },
} as const satisfies Record<string, Prerequisite>;

export type PrerequisiteName = keyof typeof PREREQUISITES;

/** Checks several programs; every missing one is a line of the error, with the version wanted and how to get it. */
export async function requirePrograms(names: readonly PrerequisiteName[]): Promise<void> {
  const problems = (await Promise.all(names.map((name) => problemOf(PREREQUISITES[name])))).filter(
    (line) => line !== undefined,
  );
  if (problems.length > 0)
    throw new Error(
      `${problems.length} prerequisite(s) missing\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
}

async function problemOf({
  program,
  args,
  version,
  minimum,
  wanted,
  get,
}: Prerequisite): Promise<string | undefined> {
  const result = await execa(program, args, { reject: false, all: true });
  const found = version.exec(result.all ?? "")?.[1];
  if (found === undefined) return `${program} is not there; wanted: ${wanted}; ${get}`;
  return Number(found) >= minimum ? undefined : `${program} is version ${found}; wanted: ${wanted}; ${get}`;
}
