import type { Connection } from "../infra/clickhouse/connection.ts";
import type { KafkaUserName } from "../infra/kafka/security.ts";
import type { KafkaLogin } from "../services/common/src/index.ts";
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
      /** Whether it only waits for its end. */
      readonly delete?: boolean;
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

/** The users of Kafka in an exported state, by the name of their work. Pure. */
export function kafkaLoginsIn(exported: string): Record<string, KafkaLogin> {
  const { deployment } = JSON.parse(exported) as ExportedState;
  // What is being replaced is there twice; the one that goes is marked.
  const users = deployment.resources.filter(({ type, delete: goes }) => type.endsWith(":KafkaUser") && !goes);
  return Object.fromEntries(
    users.map(({ urn, outputs }) => [
      (urn.split("::").at(-1) ?? "").replace(/^kafka-/, ""),
      { username: String(outputs?.["username"]), password: clear(outputs?.["password"]) },
    ]),
  );
}

/** A user's way to each node, verified by the stack's authority where it is over TLS. */
export const nodesFor = (
  { clickhouse, caCertificate: authorities }: Pick<StackOutputs, "clickhouse" | "caCertificate">,
  username: ToolUser,
  password: string,
): Connection[] =>
  clickhouse.map(({ name, httpUrl }) => ({
    node: name,
    url: httpUrl,
    username,
    password,
    database: DATABASE,
    ...(httpUrl.startsWith("https:") && { authorities }),
  }));

/** A running stack as a tool works on it. */
export interface RunningStack {
  readonly outputs: StackOutputs;
  /** The owner's way to each ClickHouse node. */
  readonly nodes: readonly Connection[];
  /** Another user's, with the rights of its work alone. */
  nodesAs(user: ToolUser): readonly Connection[];
  /** Who a tool is for Kafka. */
  kafkaLogin(user: KafkaUserName): KafkaLogin;
}

/** Users of ClickHouse that tools work as. */
export type ToolUser = "owner" | "ingest" | "audit" | "backup";

/** Reads a running stack's outputs and secrets, as it can be reached from here while this process lives. */
export async function openStack(prepared: Prepared, stack: string): Promise<RunningStack> {
  const declared = JSON.parse(await readOutputs(prepared, stack, true)) as StackOutputs;
  const exported = await pulumi(prepared, ["stack", "export", "--show-secrets", "--stack", stack]);
  const secrets = secretsIn(String(exported.stdout));
  const logins = kafkaLoginsIn(String(exported.stdout));
  const verified = (login: KafkaLogin): KafkaLogin => ({
    ...login,
    ...(declared.kafkaTls && { authorities: declared.caCertificate }),
  });
  const audit = logins["audit"];
  const outputs = await throughWays(stack, declared, audit && verified(audit));
  const nodesAs = (user: ToolUser) => nodesFor(outputs, user, secrets[`${user}-password`] ?? "");
  return {
    outputs,
    nodes: nodesAs("owner"),
    nodesAs,
    kafkaLogin(user) {
      const login = logins[user];
      if (login === undefined)
        throw new Error(
          `stack ${stack} has no user of Kafka for ${user}; next step: npm run up -- --stack ${stack}`,
        );
      return verified(login);
    },
  };
}
