import { type Prepared, pulumi } from "./prepare.ts";

/** The stack outputs that every target has. */
export interface StackOutputs {
  readonly apiUrl: string;
  readonly dashboardUrl: string;
  readonly kafkaBootstrap: string;
  readonly kafkaTopic: string;
  /** Whether brokers are reached over TLS. */
  readonly kafkaTls: boolean;
  readonly clickhouse: readonly {
    readonly name: string;
    readonly shard: string;
    readonly replica: number;
    readonly httpUrl: string;
  }[];
  readonly apiKey: string;
  /** Certificates of the authorities by which servers are verified, PEM; empty where nothing is served over TLS. */
  readonly caCertificate: string;
  /** Empty where the stack does not watch itself; a stack that was made before has none. */
  readonly prometheusUrl?: string;
  readonly grafanaUrl?: string;
}

/** Reads a stack's outputs as JSON text; fails when there is no such stack or it is not up. */
export async function readOutputs(prepared: Prepared, stack: string, showSecrets: boolean): Promise<string> {
  const args = ["stack", "output", "--json", "--stack", stack, ...(showSecrets ? ["--show-secrets"] : [])];
  const result = await pulumi(prepared, args, { reject: false });
  if (result.exitCode !== 0)
    throw new Error(
      `stack ${stack} has no outputs: ${String(result.stderr).trim()}; next step: npm run up -- --stack ${stack}`,
    );
  const json = String(result.stdout);
  if (Object.keys(JSON.parse(json) as object).length === 0)
    throw new Error(`stack ${stack} is not up; next step: npm run up -- --stack ${stack}`);
  return json;
}
