import { type Bounds, keyWithin, leadWithin, orderBy } from "../tables/keyset.ts";
import type { PagedRows } from "../tables/page.ts";
import {
  BUSTED,
  countable,
  IDENTITY_SIDE,
  KEPT_FIRST,
  keyed,
  keyNames,
  ofType,
  RAW_KEY,
  TICK_ANSWER,
  TICK_COLUMNS,
  type TickFilter,
  tickConditions,
  tickParams,
} from "./ticks.ts";

/** More rows than one tick can have. */
const ALL_BUT_FIRST = "1, 1000000000";

const same = ["event_time", "seq_id", "venue", "event_type", "identity_side"];

/**
 * Raw rows that deduplication leaves out: those of a tick that are not the kept one, and all of a busted trade.
 * The kept row is the first of its tick in the order of {@link KEPT_FIRST}, and the dropped ones are the others.
 */
export function droppedTicks(filter: TickFilter): PagedRows {
  const { order, type } = filter;
  const ranked = (columns: string, bounds: Bounds, limit: string): string => `
            SELECT ${columns}
            FROM ticks_all AS t
            WHERE ${[...tickConditions(filter), ...ofType(type), ...leadWithin(RAW_KEY, bounds, order)].join(" AND ")}
            ${orderBy(["t.event_time", "t.seq_id", "t.exchange", "t.event_type", IDENTITY_SIDE], order)}, ${KEPT_FIRST}
            LIMIT ${limit} BY t.event_time, t.seq_id, t.exchange, t.event_type, ${IDENTITY_SIDE}`;
  const whole = `${keyed(RAW_KEY)}, ${IDENTITY_SIDE} AS identity_side, ${TICK_COLUMNS}`;
  // The whole key compares names of this stage; bounds are of the same types.
  const staged = RAW_KEY.map(({ type: of }, index) => ({ type: of, sql: `key_${index}` }));
  const inRange = (bounds: Bounds): string => ["1", ...keyWithin(staged, bounds, order)].join(" AND ");
  const dropped = (bounds: Bounds): string => `
        SELECT * FROM (${ranked(whole, bounds, ALL_BUT_FIRST)}
        ) WHERE ${inRange(bounds)}
        UNION ALL
        SELECT * FROM (${ranked(whole, bounds, "1")}
        ) WHERE ${BUSTED} AND ${inRange(bounds)}`;
  return {
    name: "dedup_dropped",
    order,
    key: RAW_KEY,
    params: tickParams(filter),
    keys: (bounds) => `
    SELECT ${keyNames(RAW_KEY).join(", ")}
    FROM
    (${dropped(bounds)}
    )
    ${orderBy(keyNames(RAW_KEY), order)}`,
    // The dropped rows of a page are the small side of the join; the kept ones stream past them.
    rows: (bounds) => `
    SELECT ${TICK_ANSWER}, multiIf(kept_busted, 'busted', source_version < kept_version, 'superseded', 'duplicate') AS reason,
        kept_version AS keptVersion
    FROM
    (
        SELECT d.*, k.kept_version AS kept_version, k.kept_busted AS kept_busted
        FROM
        (
            SELECT ${same.map((column) => `${column} AS kept_${column}`).join(", ")}, source_version AS kept_version, ${BUSTED} AS kept_busted
            FROM (${ranked(whole, bounds, "1")}
            )
        ) AS k
        INNER JOIN
        (${dropped(bounds)}
        ) AS d
        ON ${same.map((column) => `k.kept_${column} = d.${column}`).join(" AND ")}
    )
    ${orderBy(keyNames(RAW_KEY), order)}`,
    superset: (bounds) => countable("ticks_all", filter, RAW_KEY, bounds),
  };
}
