import { flag } from "../settingKinds.ts";

/** Whether what holds data may be deleted. */
export const PROTECTION_SETTINGS = {
  /** Volumes (folders on target local), data tables and what the stack remembers of their layout are protected resources. */
  protectData: flag(),
} as const;
