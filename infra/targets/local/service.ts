import { join } from "node:path";
import type { Bundle } from "../../bundles.ts";
import { connectable } from "../address.ts";
import { secretFile } from "../secretFile.ts";
import { HOST } from "./layout.ts";
import type { ProbeTls } from "./process/probe.ts";
import type { ProcessSpec } from "./process/spec.ts";

export interface ServiceProcessArgs {
  readonly name: string;
  /** Absolute; of this process alone. */
  readonly directory: string;
  readonly bundle: Bundle;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Secrets by the environment variable that is to hold the path of a file with it. */
  readonly secretFiles: Readonly<Record<string, string>>;
  readonly folders: Readonly<Record<string, Bundle>>;
  readonly listen?: {
    readonly host: string;
    readonly port: number;
    readonly readyPath: string;
    readonly setting: string;
    /** How it is verified, where it serves TLS. */
    readonly tls?: ProbeTls;
  };
  /** On loopback. */
  readonly metricsPort: number;
  readonly readyTimeoutMs: number;
}

/** One of our own services: its bundle, run by Node. */
export function serviceProcess(args: ServiceProcessArgs): ProcessSpec {
  const { name, directory, bundle, listen } = args;
  const secrets = Object.entries(args.secretFiles).map(([variable, value]) => ({
    variable,
    file: secretFile(variable),
    value,
  }));
  return {
    name,
    directory,
    command: ["node", "--enable-source-maps", join(bundle.folder, "main.cjs"), ...args.args],
    env: {
      ...args.env,
      ...Object.fromEntries(secrets.map(({ variable, file }) => [variable, join(directory, "etc", file)])),
      ...Object.fromEntries(
        Object.entries(args.folders).map(([variable, folder]) => [variable, folder.folder]),
      ),
      METRICS_PORT: String(args.metricsPort),
      LOG_FILE: join(directory, "log", `${name}.log`),
    },
    files: Object.fromEntries(secrets.map(({ file, value }) => [file, value])),
    prepare: [],
    contentHash: [bundle, ...Object.values(args.folders)].map(({ contentHash }) => contentHash).join("-"),
    ready:
      listen === undefined
        ? { kind: "alive", forMs: 1_000 }
        : {
            kind: "http",
            url: `${listen.tls ? "https" : "http"}://${connectable(listen.host)}:${listen.port}${listen.readyPath}`,
            ...(listen.tls && { tls: listen.tls }),
          },
    readyTimeoutMs: args.readyTimeoutMs,
    ports: [
      ...(listen === undefined
        ? []
        : [{ host: listen.host, port: listen.port, owner: name, setting: listen.setting }]),
      {
        host: HOST,
        port: args.metricsPort,
        owner: `${name}'s metrics`,
        setting: "tickhouse:metricsPort",
      },
    ],
    stop: { drain: null, graceMs: 15_000 },
    logFile: `log/${name}.log`,
  };
}
