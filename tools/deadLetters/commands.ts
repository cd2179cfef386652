import { whereReachable, withNode } from "../../infra/clickhouse/connection.ts";
import {
  anyOf,
  conditionOf,
  countCauses,
  type Filter,
  fullId,
  type Place,
  parsePlace,
  readLetters,
  readOutcomes,
  replaysOf,
  shortId,
} from "../../services/deadLetters/src/index.ts";
import { openStack } from "../owner.ts";
import { prepareState } from "../prepare.ts";
import { say } from "../report.ts";
import { letterJson, outcomeJson } from "./json.ts";
import { type Replayed, replay, type Warehouse } from "./replay.ts";
import { causesTable, lettersTable, letterText, replayedTable } from "./tables.ts";

const START_BYTES = 200;

/** The stack's topic, and the first of its nodes that answers: each knows the dead letters of all. */
async function openWarehouse(stack: string): Promise<Warehouse> {
  const { outputs, nodesAs, kafkaLogin } = await openStack(await prepareState(), stack);
  const nodes = nodesAs("ingest");
  for (const node of nodes) {
    const answer = await whereReachable(() => withNode(node, (session) => session.rows("SELECT 1")));
    if (answer !== undefined)
      return {
        node,
        bootstrap: outputs.kafkaBootstrap,
        topic: outputs.kafkaTopic,
        login: kafkaLogin("replay"),
        auditLogin: kafkaLogin("audit"),
      };
  }
  const asked = nodes.map(({ node, url }) => `${node} at ${url}`).join(", ");
  throw new Error(`no ClickHouse node answers (${asked}); next step: npm run up -- --stack ${stack}`);
}

export interface ListOptions extends Omit<Filter, "replayed"> {
  readonly notReplayed?: boolean;
  readonly stack: string;
  readonly json: boolean;
  readonly limit: number;
}

/** Prints dead letters, and how many there are of each cause. */
export async function list({ stack, json, limit, notReplayed, ...filter }: ListOptions): Promise<void> {
  const { node, topic } = await openWarehouse(stack);
  const condition = conditionOf({ ...filter, ...(notReplayed === true && { replayed: false }) });
  const [letters, causes] = await withNode(node, (session) =>
    Promise.all([
      readLetters(session, { ...condition, order: "newest", limit, rawBytes: START_BYTES }),
      countCauses(session, condition),
    ]),
  );
  const total = causes.reduce((sum, { count }) => sum + count, 0);
  if (json) print({ letters: letters.map((letter) => letterJson(letter, topic)), causes, total });
  else if (total === 0) console.log("no dead letters");
  else console.log(`${lettersTable(letters, topic)}\n${causesTable(causes)}`);
}

export interface ShowOptions {
  readonly stack: string;
  readonly json: boolean;
}

/** Prints everything of some dead letters. */
export async function show(ids: readonly string[], { stack, json }: ShowOptions): Promise<void> {
  const { node, topic } = await openWarehouse(stack);
  const places = ids.map((id) => placeOf(id, topic));
  const [letters, outcomes] = await withNode(node, (session) =>
    Promise.all([
      readLetters(session, { ...anyOf(places), order: "place", limit: places.length }),
      readOutcomes(session, replaysOf(places.map(fullId))),
    ]),
  );
  const shown = letters.map((letter) => ({ letter, became: outcomes.get(fullId(letter.place)) ?? [] }));
  if (json)
    print(
      shown.map(({ letter, became }) => ({
        ...letterJson(letter, topic),
        became: became.map((outcome) => outcomeJson(outcome, topic)),
      })),
    );
  else console.log(shown.map(({ letter, became }) => letterText(letter, became, topic)).join("\n\n"));
  const found = new Set(letters.map(({ place }) => fullId(place)));
  const missing = places.filter((place) => !found.has(fullId(place))).map((place) => shortId(place, topic));
  if (missing.length > 0) throw new Error(`there is no dead letter ${missing.join(", ")}; ${LIST}`);
}

export interface ReplayOptions extends Filter {
  readonly stack: string;
  readonly all: boolean;
  readonly again: boolean;
  readonly yes: boolean;
  readonly text?: string;
}

/** Sends dead letters again; exit code 1 unless all are stored then. */
export async function replayChosen(ids: readonly string[], options: ReplayOptions): Promise<void> {
  const { stack, all, again, yes, text, ...filter } = options;
  if (all === ids.length > 0) throw new Error("replay takes either IDs or --all");
  if (!all && Object.keys(filter).length > 0)
    throw new Error("--cause, --partition and --since go with --all");
  if (text !== undefined && ids.length !== 1) throw new Error("--text goes with one ID");
  const warehouse = await openWarehouse(stack);
  const { topic } = warehouse;
  const places = ids.map((id) => placeOf(id, topic));
  const chosen = all ? { all: filter } : { places, ...(text !== undefined && { text }) };
  report(await replay(warehouse, { again, yes, ...chosen }), topic);
}

const LIST = "next step: npm run dead-letters -- list";

function placeOf(id: string, topic: string): Place {
  try {
    return parsePlace(id, topic);
  } catch (error) {
    throw new Error(`${(error as Error).message}; ${LIST}`, { cause: error });
  }
}

/** What became of each; of very many only the first ones, and how many there are. */
function report(replayed: readonly Replayed[], topic: string): void {
  if (replayed.length === 0) {
    say("there is nothing to send again");
    return;
  }
  const listed = replayed.slice(0, 100);
  console.log(replayedTable(listed, topic));
  const count = (kind: string) =>
    replayed.filter(({ became }) => (became.at(-1)?.kind ?? "not read yet") === kind).length;
  const counts = ["stored", "dead letter", "not read yet"].map((kind) => `${count(kind)} ${kind}`);
  say(`${replayed.length} sent again: ${counts.join(", ")}`);
  if (count("stored") < replayed.length) process.exitCode = 1;
}

const print = (value: unknown): void => console.log(JSON.stringify(value, null, 2));
