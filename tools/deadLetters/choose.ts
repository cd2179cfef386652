import type { NodeSession } from "../../infra/clickhouse/connection.ts";
import { type Condition, conditionOf, type Filter } from "./filter.ts";
import { after, anyOf, both, countCauses, type DeadLetter, readLetters } from "./letters.ts";
import { type Place, shortId } from "./place.ts";

/** Dead letters that are sent again without a further word. */
const UNASKED = 100;
const PAGE = 100;

/** Whether what was replayed, or so much, is sent again all the same. */
export interface Consent {
  readonly again: boolean;
  readonly yes: boolean;
}

/**
 * The dead letters with these IDs, in the order of the IDs.
 * @throws when one is not there, was replayed already, or has no text
 */
export async function chooseByPlace(
  node: NodeSession,
  {
    topic,
    places,
    again,
    corrected,
  }: { topic: string; places: readonly Place[]; again: boolean; corrected: boolean },
): Promise<DeadLetter[]> {
  const found = await readLetters(node, { ...anyOf(places), order: "place", limit: places.length });
  const byId = new Map(found.map((letter) => [shortId(letter.place, topic), letter]));
  const problems: string[] = [];
  const letters = [...new Set(places.map((place) => shortId(place, topic)))].flatMap((id) => {
    const letter = byId.get(id);
    if (letter === undefined) problems.push(`there is no dead letter ${id}`);
    else if (letter.replays > 0 && !again)
      problems.push(`${id} was replayed already, at ${letter.replayedAt}; --again sends it once more`);
    else if (letter.bytes === 0 && !corrected)
      problems.push(`${id} is an empty line; accepted: one with a text, or --text with another`);
    return letter ?? [];
  });
  if (problems.length > 0) throw new Error(`nothing was sent: ${problems.join("; ")}`);
  return letters;
}

/** How many dead letters a filter chooses: those with a text, not replayed unless `again`. */
export interface Choice {
  readonly condition: Condition;
  readonly count: number;
}

/** @throws when there are so many that nobody may have meant it, and `yes` was not said */
export async function chooseAll(
  node: NodeSession,
  filter: Filter,
  before: Condition,
  { again, yes }: Consent,
): Promise<Choice> {
  const wanted = both(conditionOf({ ...filter, notReplayed: !again }), before);
  const condition = both(wanted, { sql: "notEmpty(raw_message)", params: {} });
  const causes = await countCauses(node, condition);
  const count = causes.reduce((sum, each) => sum + each.count, 0);
  if (count > UNASKED && !yes) {
    const told = causes.map((each) => `${each.count} "${each.cause}"`).join(", ");
    throw new Error(
      `nothing was sent: that would be ${count} dead letters (${told}); accepted without asking: ${UNASKED}; next step: the same with --yes`,
    );
  }
  return { condition, count };
}

/** What was chosen, a page at a time: in the order of places, in which nothing that is noted meanwhile moves. */
export async function* pages(node: NodeSession, { condition }: Choice): AsyncGenerator<DeadLetter[]> {
  let last: Place | undefined;
  for (;;) {
    const page = await readLetters(node, {
      ...(last === undefined ? condition : both(condition, after(last))),
      order: "place",
      limit: PAGE,
    });
    if (page.length > 0) yield page;
    last = page.at(-1)?.place;
    if (page.length < PAGE) return;
  }
}
