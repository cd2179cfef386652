import type { Connection } from "../../infra/clickhouse/connection.ts";
import type { Checkout } from "./checkout.ts";

interface ExportedState {
  readonly deployment: {
    readonly resources: readonly {
      readonly type: string;
      readonly urn: string;
      readonly outputs?: Record<string, unknown>;
    }[];
  };
}

/** The generated secrets of a running stack, in clear, by their names. */
export async function secretsOf(checkout: Checkout): Promise<Record<string, string>> {
  const exported = await checkout.withEnv(
    "pulumi",
    "stack",
    "export",
    "--show-secrets",
    "--stack",
    checkout.stack,
  );
  const { deployment } = JSON.parse(exported.stdout) as ExportedState;
  const secrets = deployment.resources.filter(({ type }) => type.endsWith(":RandomSecret"));
  return Object.fromEntries(
    secrets.map(({ urn, outputs }) => [urn.split("::").at(-1) ?? "", clear(outputs?.["value"])]),
  );
}

/** `{"4dabf…": "1b472…", "plaintext": "\\"the secret\\""}` */
const clear = (value: unknown): string =>
  typeof value === "string" ? value : String(JSON.parse((value as { plaintext: string }).plaintext));

/** The owner's way to each node of a running stack. */
export async function ownerConnections(
  checkout: Checkout,
  nodes: readonly { name: string; httpUrl: string }[],
): Promise<Connection[]> {
  const { "owner-password": password = "" } = await secretsOf(checkout);
  return nodes.map(({ name, httpUrl }) => ({
    node: name,
    url: httpUrl,
    username: "owner",
    password,
    database: "tickhouse",
  }));
}
