import { type Refusal, RefusedError } from "./errors.ts";
import type { Condition } from "./filter.ts";
import { after, anyOf, both, type DeadLetter, readLetters } from "./letters.ts";
import { type Place, shortId } from "./place.ts";
import type { Reader } from "./session.ts";

const PAGE = 100;

export interface ChooseArgs {
  /** The usual topic. */
  readonly topic: string;
  readonly places: readonly Place[];
  /** Whether what was replayed already is sent again all the same. */
  readonly again: boolean;
  /** Whether another text takes the place of theirs. */
  readonly corrected: boolean;
}

/**
 * The dead letters with these IDs, in the order of the IDs, each once.
 * @throws RefusedError when one is not there, was replayed already, or has no text
 */
export async function chooseByPlace(
  reader: Reader,
  { topic, places, again, corrected }: ChooseArgs,
): Promise<DeadLetter[]> {
  const found = await readLetters(reader, { ...anyOf(places), order: "place", limit: places.length });
  const byId = new Map(found.map((letter) => [shortId(letter.place, topic), letter]));
  const refusals: Refusal[] = [];
  const letters = [...new Set(places.map((place) => shortId(place, topic)))].flatMap((id) => {
    const letter = byId.get(id);
    if (letter === undefined) refusals.push({ id, reason: "unknown", text: `there is no dead letter ${id}` });
    else if (letter.replays > 0 && !again)
      refusals.push({
        id,
        reason: "replayed",
        text: `${id} was replayed already, at ${letter.replayedAt}; next step: the same with again, to send it once more`,
      });
    else if (letter.bytes === 0 && !corrected)
      refusals.push({
        id,
        reason: "empty",
        text: `${id} is an empty line; accepted: one with a text, or another text in its place`,
      });
    return letter ?? [];
  });
  if (refusals.length > 0) throw new RefusedError(refusals);
  return letters;
}

/** What a condition chooses, a page at a time: in the order of places, in which nothing that is noted meanwhile moves. */
export async function* pages(reader: Reader, condition: Condition): AsyncGenerator<DeadLetter[]> {
  let last: Place | undefined;
  for (;;) {
    const page = await readLetters(reader, {
      ...(last === undefined ? condition : both(condition, after(last))),
      order: "place",
      limit: PAGE,
    });
    if (page.length > 0) yield page;
    last = page.at(-1)?.place;
    if (page.length < PAGE) return;
  }
}
