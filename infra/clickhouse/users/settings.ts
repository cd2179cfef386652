import { whole } from "../../settingKinds.ts";

/** What the API's user may use up in ClickHouse; 0 for no limit. */
export const QUOTA_SETTINGS = {
  apiQuotaQueries: whole(0, 1_000_000_000),
  apiQuotaErrors: whole(0, 1_000_000_000),
  apiQuotaReadRows: whole(0, 1_000_000_000_000_000),
} as const;

/** Quota of the API's user: queries and errors a minute, rows read an hour, on each node. */
export interface ApiQuota {
  readonly apiQuotaQueries: number;
  readonly apiQuotaErrors: number;
  readonly apiQuotaReadRows: number;
}
