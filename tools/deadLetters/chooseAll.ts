import {
  both,
  type Condition,
  conditionOf,
  countCauses,
  type Filter,
  type Reader,
} from "../../services/deadLetters/src/index.ts";

/** Dead letters that are sent again without a further word. */
const UNASKED = 100;

/** Whether what was replayed, or so much, is sent again all the same. */
export interface Consent {
  readonly again: boolean;
  readonly yes: boolean;
}

/**
 * The condition of being chosen by a filter: with a text, and not replayed unless `again`.
 * @throws when there are so many that nobody may have meant it, and `yes` was not said
 */
export async function chooseAll(
  reader: Reader,
  filter: Filter,
  before: Condition,
  { again, yes }: Consent,
): Promise<Condition> {
  const wanted = both(conditionOf({ ...filter, ...(!again && { replayed: false }) }), before);
  const condition = both(wanted, { sql: "notEmpty(raw_message)", params: {} });
  const causes = await countCauses(reader, condition);
  const count = causes.reduce((sum, each) => sum + each.count, 0);
  if (count > UNASKED && !yes) {
    const told = causes.map((each) => `${each.count} "${each.cause}"`).join(", ");
    throw new Error(
      `nothing was sent: that would be ${count} dead letters (${told}); accepted without asking: ${UNASKED}; next step: the same with --yes`,
    );
  }
  return condition;
}
