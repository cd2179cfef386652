import type { Connection } from "../infra/clickhouse/connection.ts";
import { throughWays } from "./kubernetes/ways.ts";
import { readOutputs, type StackOutputs } from "./outputsOf.ts";
import { type Prepared, pulumi } from "./prepare.ts";

/** The schema's database on every target. */
export const DATABASE = "tickhouse";

interface ExportedState {
  readonly deployment: {
    readonly resources: readonly {
      readonly type: string;
      readonly urn: string;
      readonly outputs?: Record<string, unknown>;
    }[];
  };
}

/** The generated secrets in an exported state (`pulumi stack export --show-secrets`), by their names. Pure. */
export function secretsIn(exported: string): Record<string, string> {
  const { deployment } = JSON.parse(exported) as ExportedState;
  const secrets = deployment.resources.filter(({ type }) => type.endsWith(":RandomSecret"));
  return Object.fromEntries(
    secrets.map(({ urn, outputs }) => [urn.split("::").at(-1) ?? "", clear(outputs?.["value"])]),
  );
}

/** `{"4dabf…": "1b472…", "plaintext": "\\"the secret\\""}` */
const clear = (value: unknown): string =>
  typeof value === "string" ? value : String(JSON.parse((value as { plaintext: string }).plaintext));

/**
 * The owner's way to each node.
 * @param authorities by which those are verified that are reached over TLS, PEM
 */
export const ownerOf = (
  nodes: StackOutputs["clickhouse"],
  password: string,
  authorities: string,
): Connection[] =>
  nodes.map(({ name, httpUrl }) => ({
    node: name,
    url: httpUrl,
    username: "owner",
    password,
    database: DATABASE,
    ...(httpUrl.startsWith("https:") && { authorities }),
  }));

/** A running stack as a tool works on it. */
export interface RunningStack {
  readonly outputs: StackOutputs;
  /** The owner's way to each ClickHouse node. */
  readonly nodes: readonly Connection[];
}

/** A running stack's outputs, secrets included, as they can be reached from here while this process lives. */
export const reachOutputs = async (prepared: Prepared, stack: string): Promise<StackOutputs> =>
  throughWays(stack, JSON.parse(await readOutputs(prepared, stack, true)) as StackOutputs);

/** Reads a running stack's outputs, secrets included, and the owner's way to its nodes. */
export async function openStack(prepared: Prepared, stack: string): Promise<RunningStack> {
  const outputs = await reachOutputs(prepared, stack);
  const exported = await pulumi(prepared, ["stack", "export", "--show-secrets", "--stack", stack]);
  const { "owner-password": password = "" } = secretsIn(String(exported.stdout));
  return { outputs, nodes: ownerOf(outputs.clickhouse, password, outputs.caCertificate) };
}
