import type { Xml } from "../xml.ts";
import type { ApiQuota } from "./settings.ts";

const MINUTE = 60;
const HOUR = 3_600;

/** Who uses it up is refused until the interval ends; 0 is no limit. */
export const renderApiQuota = (quota: ApiQuota): Xml => ({
  interval: [
    { duration: MINUTE, queries: quota.apiQuotaQueries, errors: quota.apiQuotaErrors },
    { duration: HOUR, read_rows: quota.apiQuotaReadRows },
  ],
});

/** Of the embedded engine's own user: used up by starting the listeners once. */
export const BOOTSTRAP_QUOTA: Xml = { interval: { duration: 2_000_000_000, queries: 3 } };
