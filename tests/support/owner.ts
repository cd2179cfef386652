import type { Connection } from "../../infra/clickhouse/connection.ts";
import type { StackOutputs } from "../../tools/outputsOf.ts";
import { kafkaLoginsIn, nodesFor, secretsIn } from "../../tools/owner.ts";
import type { Checkout } from "./checkout.ts";

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
  return secretsIn(exported.stdout);
}

/** The users of Kafka of a running stack, by the name of their work. */
export async function kafkaLoginsOf(checkout: Checkout): Promise<ReturnType<typeof kafkaLoginsIn>> {
  const args = ["stack", "export", "--show-secrets", "--stack", checkout.stack] as const;
  return kafkaLoginsIn((await checkout.withEnv("pulumi", ...args)).stdout);
}

/** The owner's way to each node of a running stack. */
export async function ownerConnections(
  checkout: Checkout,
  nodes: StackOutputs["clickhouse"],
  authorities = "",
): Promise<Connection[]> {
  const { "owner-password": password = "" } = await secretsOf(checkout);
  return nodesFor({ clickhouse: nodes, caCertificate: authorities }, "owner", password);
}
