import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { ROOT } from "../../infra/targets/local/layout.ts";
import { freePorts, isFree } from "./freePort.ts";

/** How a command ended. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Standard output and error, as they came. */
  readonly all: string;
}

/** A command that goes on. */
export interface Started {
  /** Standard output and error so far. */
  all(): string;
  /** Ends it and what it started, and waits until it has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
  readonly ended: Promise<unknown>;
}

/** A copy of this checkout with its own state, data and ports, as a fresh clone would have. */
export interface Checkout {
  readonly path: string;
  /** Its stack; `npm` adds it where it is not the default one. */
  readonly stack: string;
  /** `npm run NAME -- ARGS`, output collected; never throws. */
  npm(name: string, ...args: string[]): Promise<Ended>;
  /** The same with a PATH of the test's own. */
  npmOnPath(path: string, name: string, ...args: string[]): Promise<Ended>;
  /** A program with the environment that `npm run env` prints. */
  withEnv(program: string, ...args: string[]): Promise<Ended>;
  /** `npm run NAME -- ARGS` as a process that goes on; the caller ends it. */
  start(name: string, ...args: string[]): Started;
  /** Sets a stack setting in the stack's file. */
  set(name: string, value: string | number): void;
  read(file: string): string;
  write(file: string, text: string): void;
  /** Command lines of processes that run from it. */
  processes(): string[];
  remove(): void;
}

/**
 * Copies every file that git knows or would add. Packages are hard links, so that it takes seconds; the copy lies
 * beside the checkout, on the same file system.
 */
export async function createCheckout(from: "dev" | "docker" | "kubernetes" = "dev"): Promise<Checkout> {
  const path = mkdtempSync(join(dirname(ROOT), ".tickhouse-e2e-"));
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  for (const file of files.split("\0").filter((name) => name !== "" && existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    cpSync(join(ROOT, file), join(path, file));
  }
  for (const folder of [
    "node_modules",
    "services/api/node_modules",
    "services/producer/node_modules",
    "services/dashboard/node_modules",
    "infra/node_modules",
  ]) {
    if (existsSync(join(ROOT, folder)))
      execFileSync("cp", ["-a", "--link", join(ROOT, folder), join(path, folder)]);
  }
  // Names on a Docker host are shared by all checkouts, so the stack gets a name of its own.
  const stack = from === "dev" ? "dev" : `${from}-test-${process.pid}`;
  if (stack !== from) cpSync(join(path, `Pulumi.${from}.yaml`), join(path, `Pulumi.${stack}.yaml`));
  const checkout = openCheckout(path, stack);
  // A test's stack goes with its data.
  checkout.set("protectData", "false");
  const [kafka = 0, controller = 0, api = 0] = await freePorts(3);
  checkout.set("kafkaPort", kafka);
  checkout.set("kafkaControllerPort", controller);
  checkout.set("apiPort", api);
  // The nodes' ports follow each other, so they are looked for where three in a row are free.
  const [http = 0, native = 0, metrics = 0] = await freeRuns(3);
  checkout.set("clickhouseHttpPort", http);
  checkout.set("clickhouseNativePort", native);
  checkout.set("metricsPort", metrics);
  return checkout;
}

function openCheckout(path: string, stack: string): Checkout {
  const stackFile = join(path, `Pulumi.${stack}.yaml`);
  const stackArgs = stack === "dev" ? [] : ["--stack", stack];
  // The user's own Pulumi is not the copy's: only what the project itself finds or keeps. Nor is the copy a test: with
  // the runner's NODE_ENV it would build the dashboard for development.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:PULUMI_|npm_|VITEST|NODE_ENV$)/.test(name)),
  );
  const run = async (
    program: string,
    args: readonly string[],
    extra: Record<string, string> = {},
  ): Promise<Ended> => {
    const options = {
      cwd: path,
      env: { ...env, ...extra },
      extendEnv: false,
      reject: false,
      all: true,
      stdin: "ignore",
    } as const;
    const { exitCode, stdout, all } = await execa(program, [...args], options);
    return { exitCode, stdout, all };
  };
  return {
    path,
    stack,
    npm: (name, ...args) => run("npm", ["run", "--silent", name, "--", ...stackArgs, ...args]),
    npmOnPath: (searchPath, name, ...args) =>
      run("npm", ["run", "--silent", name, "--", ...stackArgs, ...args], { PATH: searchPath }),
    start(name, ...args) {
      const command = ["run", "--silent", name, "--", ...stackArgs, ...args];
      // A process group of its own, as a terminal gives it one.
      const child = execa("npm", command, {
        cwd: path,
        env,
        extendEnv: false,
        reject: false,
        all: true,
        buffer: false,
        stdin: "ignore",
        detached: true,
      });
      let text = "";
      child.all?.on("data", (data: Buffer) => {
        text += data.toString();
      });
      return {
        all: () => text,
        ended: child,
        async end(signal) {
          if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
          await child;
        },
      };
    },
    async withEnv(program, ...args) {
      const lines = (await run("npm", ["run", "--silent", "env"])).stdout;
      return run("bash", ["-c", `${lines}\nexec "$@"`, "bash", program, ...args]);
    },
    set(name, value) {
      const lines = readFileSync(stackFile, "utf8").split("\n");
      const without = lines.filter((line) => !line.startsWith(`  tickhouse:${name}:`));
      without.splice(without.indexOf("config:") + 1, 0, `  tickhouse:${name}: "${value}"`);
      writeFileSync(stackFile, without.join("\n"));
    },
    read: (file) => readFileSync(join(path, file), "utf8"),
    write: (file, text) => writeFileSync(join(path, file), text),
    processes: () => processesOf(path),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Ids and command lines of processes that run from a folder. */
export function processesOf(path: string): string[] {
  const listed = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8", maxBuffer: 1 << 26 });
  return listed.split("\n").filter((line) => line.includes(path));
}

/** Ports whose two successors are free as well. */
async function freeRuns(count: number): Promise<number[]> {
  const found: number[] = [];
  for (let attempt = 0; attempt < 50 && found.length < count; attempt += 1) {
    const [port = 0] = await freePorts(1);
    const successors = await Promise.all([isFree(port + 1), isFree(port + 2)]);
    if (!found.some((other) => Math.abs(other - port) < 3) && successors.every(Boolean)) found.push(port);
  }
  return found;
}
