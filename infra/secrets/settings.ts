import { whole } from "../settingKinds.ts";

/** Which generation of the generated secrets is in use; another number makes new ones. */
export const SECRET_SETTINGS = {
  secretsVersion: whole(1, 1_000_000),
  serverSecretsVersion: whole(1, 1_000_000),
} as const;
