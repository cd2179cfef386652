import type { Connection } from "../../infra/clickhouse/connection.ts";
import { pollUntil } from "../../infra/poll.ts";
import { type Audit, audit, clip, type KafkaOptions, type Node } from "../../services/audit/src/index.ts";
import { say } from "../report.ts";
import { countPlaces, lookUp, type Places, splitMissing } from "./lookUp.ts";
import { settle } from "./settle.ts";

export interface VerifyOptions {
  readonly wait: boolean;
  readonly heal: boolean;
}

/** A stack as `verify` works on it. */
export interface Verified {
  readonly kafka: KafkaOptions;
  /** Ways to each node of who looks, and of who writes back what was missing. */
  readonly auditors: readonly Connection[];
  readonly ingestors: readonly Connection[];
  /** Each node as the audit asks it. */
  readonly nodes: readonly Node[];
}

const WAIT_DEADLINE_MS = 120_000;
const PROGRESS_EVERY_MS = 5_000;
/** As many messages that were not read yet are looked up, to see whether they hold anything. */
const LOOKED_UP_PENDING = 1_000n;

/**
 * Audits; looks what is missing up in Kafka, inserts it if it is to heal, and audits again.
 * @throws AuditError or InfraError where no audit can be made
 */
export async function verify(stack: Verified, { wait, heal }: VerifyOptions): Promise<Audit> {
  const [writer] = stack.ingestors;
  if (writer === undefined) throw new Error("the stack has no ClickHouse node");
  const look = () => audit({ ...stack, settle: () => settle(stack.auditors) });

  if (wait) await untilRead(stack, writer, look);
  const first = await look();
  if (first.verdict !== "incomplete") return first;
  const { kept, lost } = splitMissing(first);
  if (lost.size > 0) say(`${countPlaces(lost)} missing message(s) are lost: Kafka has them no longer`);
  if (kept.size === 0) return first;
  try {
    const { found, nothing } = await lookUp({ kafka: stack.kafka, node: writer, wanted: kept, heal });
    if (nothing > 0n) say(`${nothing} offset(s) hold nothing to store; noted`);
    if (heal) say(`inserted ${found} message(s)`);
    else if (found > 0n)
      say(`Kafka still has ${found} of the missing messages; next step: npm run verify -- --heal`);
  } catch (error) {
    // What is missing is known all the same.
    say(`the missing offsets could not be looked up: ${(error as Error).message}`);
  }
  return look();
}

/** Waits until the group has read what Kafka has now. Markers and empty values at the very end are never committed. */
async function untilRead(stack: Verified, writer: Connection, look: () => Promise<Audit>): Promise<void> {
  const start = await look();
  const ends = new Map(start.partitions.map(({ partition, end }) => [partition, end]));
  const unread = ({ partitions }: Audit): Places =>
    new Map(
      partitions.map(({ partition, pendingRanges }) => [
        partition,
        clip(pendingRanges, { from: 0n, to: ends.get(partition) ?? 0n }),
      ]),
    );
  let pending = unread(start);
  if (countPlaces(pending) <= LOOKED_UP_PENDING)
    await lookUp({ kafka: stack.kafka, node: writer, wanted: pending, heal: false });
  let shownMs = Date.now();
  const read = await pollUntil(WAIT_DEADLINE_MS, async () => {
    pending = unread(await look());
    if (countPlaces(pending) === 0n) return true;
    if (Date.now() - shownMs >= PROGRESS_EVERY_MS) {
      shownMs = Date.now();
      say(`${countPlaces(pending)} message(s) are still to be read`);
    }
    return undefined;
  });
  if (read === undefined)
    say(
      `${countPlaces(pending)} message(s) were not read in ${WAIT_DEADLINE_MS / 1000} s; they are safe in Kafka`,
    );
}
