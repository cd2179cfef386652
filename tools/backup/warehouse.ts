import type { Connection } from "../../infra/clickhouse/connection.ts";
import { CONSUMER_GROUP } from "../../infra/kafka/names.ts";
import { backupFolder } from "../../infra/storage/backupFolder.ts";
import type { STORAGE_SETTINGS } from "../../infra/storage/settings.ts";
import { backupPlaceOf } from "../../infra/storage/storage.ts";
import type { KafkaOptions } from "../../services/audit/src/index.ts";
import { openStack } from "../owner.ts";
import { ROOT } from "../paths.ts";
import { type Prepared, prepareState, pulumi } from "../prepare.ts";
import { declaredSetting, targetOf } from "../stacks.ts";
import { type BackupStore, openStore } from "./store.ts";

/** One shard as backups are made of it. */
export interface ShardNodes {
  readonly shard: string;
  /** The node that writes or reads the backup; the others fetch from it what they lack. */
  readonly first: Connection;
  readonly others: readonly Connection[];
}

/** What a backup is made of, or restored to. */
export interface BackedUp {
  readonly stack: string;
  readonly kafka: KafkaOptions;
  readonly shards: readonly ShardNodes[];
  readonly store: BackupStore;
}

/** Every node of the cluster. */
export const nodesOf = ({ shards }: BackedUp): Connection[] =>
  shards.flatMap(({ first, others }) => [first, ...others]);

/** A running stack, as the user that makes backups or as the owner, who restores. */
export async function openBackedUp(stack: string, as: "backup" | "owner"): Promise<BackedUp> {
  const prepared = await prepareState();
  const store = await openStackStore(prepared, stack);
  const { outputs, nodesAs, kafkaLogin } = await openStack(prepared, stack);
  const connections = nodesAs(as);
  const shards = [...new Set(outputs.clickhouse.map(({ shard }) => shard))].sort();
  return {
    stack,
    kafka: {
      bootstrap: outputs.kafkaBootstrap,
      topic: outputs.kafkaTopic,
      group: CONSUMER_GROUP,
      login: kafkaLogin(as === "owner" ? "restore" : "audit"),
    },
    store,
    shards: shards.map((shard) => {
      const members = outputs.clickhouse
        .filter((node) => node.shard === shard)
        .sort((a, b) => a.replica - b.replica);
      const [first, ...others] = members.flatMap(
        ({ name }) => connections.find(({ node }) => node === name) ?? [],
      );
      if (first === undefined) throw new Error(`shard ${shard} has no node; next step: npm run up`);
      return { shard, first, others };
    }),
  };
}

/** The place of a stack's backups, whether it is up or not. */
export async function openStackStore(prepared: Prepared, stack: string): Promise<BackupStore> {
  const told = await pulumi(prepared, ["config", "--json", "--show-secrets", "--stack", stack], {
    reject: false,
  });
  const said =
    told.exitCode === 0 ? (JSON.parse(String(told.stdout)) as Record<string, { value?: string }>) : {};
  const setting = <K extends keyof typeof STORAGE_SETTINGS>(name: K): string =>
    said[`tickhouse:${name}`]?.value ?? declaredSetting(stack, name);
  const place = backupPlaceOf(
    {
      target: targetOf(stack),
      hotDays: 0,
      archiveUrl: "",
      archiveKeyId: "",
      archiveSecretKey: "",
      backupUrl: setting("backupUrl"),
      backupKeyId: setting("backupKeyId"),
      backupSecretKey: setting("backupSecretKey"),
    },
    backupFolder(ROOT, stack),
  );
  if (place === undefined)
    throw new Error(
      `stack ${stack} has no place for backups; next step: pulumi config set tickhouse:backupUrl https://…/BUCKET/FOLDER/ --stack ${stack}, then npm run up (docs/backup.md)`,
    );
  return openStore(place);
}
