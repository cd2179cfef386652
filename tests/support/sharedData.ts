import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { ROOT } from "../../infra/targets/local/layout.ts";

/** Real ticks that may lie beside the checkout; a clone elsewhere has none. */
export const SHARED_DATA = resolve(ROOT, "../shared/data");

export const hasSharedData = (file: string): boolean => existsSync(join(SHARED_DATA, file));
