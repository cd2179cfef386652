import type { Connection } from "../../infra/clickhouse/connection.ts";
import type { KafkaLogin } from "../../services/common/src/index.ts";
import type { StackOutputs } from "../outputsOf.ts";
import { createClock } from "./clock.ts";
import { compareAcknowledged } from "./compare/acknowledged.ts";
import type { Deviation } from "./compare/deviation.ts";
import { compareEverything } from "./compare/everything.ts";
import { watchFallen } from "./faults/fallen.ts";
import { type FaultKind, planFaults } from "./faults/plan.ts";
import type { Servers } from "./faults/servers.ts";
import { strike } from "./faults/strike.ts";
import { type FeedSpec, makeFeed } from "./feed/feed.ts";
import { keepLedger } from "./ledger/ledger.ts";
import type { Restoration } from "./restoration.ts";
import type { RoundResult } from "./roundResult.ts";
import { Sender } from "./sender.ts";
import { onceReachable, untilConsumed, untilSettled } from "./settled.ts";
import { askShards, candidateSymbols, chooseSymbols } from "./symbols.ts";
import { committedEnds, type Topic } from "./topic.ts";

/** The stack that is drilled, and what the drill knows of it. */
export interface Drilled {
  readonly outputs: StackOutputs;
  readonly nodes: readonly Connection[];
  readonly servers: Servers;
  readonly topic: Topic;
  /** Who sends. */
  readonly producerLogin: KafkaLogin;
  readonly restoration: Restoration;
  readonly signal: AbortSignal;
}

export interface RoundSpec {
  readonly seed: number;
  readonly round: number;
  readonly ticks: number;
  readonly kinds: readonly FaultKind[];
}

/** A round that has run, and how it is looked at once more. */
export interface RoundRun {
  readonly result: RoundResult;
  /** Waits until the warehouse has settled, and holds everything against the same ledger again. */
  recheck(): Promise<Deviation[]>;
}

/** How long a feed takes to be sent, so that there is a middle to hit. */
const FEED_MS = 3_000;

/** Feeds, hurts, waits until all is settled, and holds everything against a plain loop over what Kafka holds. */
export async function runRound(drilled: Drilled, spec: RoundSpec): Promise<RoundRun> {
  const clock = createClock();
  const { topic, servers, outputs, restoration, nodes } = drilled;
  const feedSpec = await feedOf(drilled, spec);
  const feed = makeFeed(feedSpec);
  const lines = feed.messages.reduce((sum, message) => sum + message.lines, 0);
  const faults = planFaults({ ...spec, lines }, spec.kinds, { ...servers.names, producer: ["producer"] });

  const before = await topic.ends();
  const task = { bootstrap: outputs.kafkaBootstrap, topic: outputs.kafkaTopic, feed: feedSpec, from: 0 };
  const sender = new Sender({ ...task, durationMs: FEED_MS }, drilled.producerLogin, feed.messages);
  const stopSender = restoration.promise("the sender", () => sender.stop());
  clock.ends("prepare");
  sender.start();
  const [struck] = await Promise.all([
    Promise.all(
      faults.map((fault) => strike(fault, { servers, nodes, sender, restoration, signal: drilled.signal })),
    ),
    sender.untilDone(),
  ]);
  await stopSender();
  clock.ends("send");

  const all = await topic.read(before, await topic.ends());
  const fallen = watchFallen(servers);
  const watched = { topic, nodes, api: outputs, raiseFallen: () => fallen.raise() };
  await untilConsumed(watched, committedEnds(all));
  const consumedMs = Date.now();
  clock.ends("consume");
  await untilSettled(watched);
  clock.ends("settle");

  // Others may send at the same time.
  const messages = all.filter(({ key }) => feedSpec.symbols.includes(key));
  const ledger = keepLedger(messages, BigInt(Date.now()) * 1_000n);
  const compare = () =>
    onceReachable(watched, () => compareEverything(drilled, feedSpec.symbols, ledger, messages));
  const { bars, deviations } = await compare();
  clock.ends("compare");
  const startedMs = Math.min(...struck.map(({ startedMs: each }) => each));
  const result: RoundResult = {
    round: spec.round,
    faults,
    fell: fallen.names,
    messages: messages.length,
    lines: ledger.lines,
    again: messages.length - feed.messages.length,
    ticks: ledger.ticks.size,
    broken: ledger.deadLetters.size,
    bars,
    recoveryMs: struck.length === 0 ? undefined : consumedMs - startedMs,
    backMs: struck.length === 0 ? undefined : Math.max(...struck.map(({ endedMs }) => endedMs)) - startedMs,
    tookMs: Object.values(clock.phasesMs).reduce((sum, ms) => sum + ms, 0),
    phasesMs: clock.phasesMs,
    deviations: [...compareAcknowledged(sender.acknowledged, feed.messages, messages), ...deviations],
  };
  return {
    result,
    async recheck() {
      await untilSettled(watched);
      return (await compare()).deviations;
    },
  };
}

async function feedOf({ nodes, outputs }: Drilled, { seed, round, ticks }: RoundSpec): Promise<FeedSpec> {
  const [node] = nodes;
  if (node === undefined) throw new Error("the stack has no ClickHouse node");
  const candidates = candidateSymbols(seed, round, ticks);
  const shards = new Set(outputs.clickhouse.map(({ shard }) => shard)).size;
  return {
    seed,
    round,
    ticks,
    symbols: chooseSymbols(candidates, await askShards(node, candidates, shards)),
  };
}
