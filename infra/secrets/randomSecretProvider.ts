import { randomBytes } from "node:crypto";
import type { Provider } from "../dynamic/provider.ts";

export interface RandomSecretInputs {
  /** Entropy in bytes; the value is longer, being text. */
  readonly bytes: number;
}
export type RandomSecretOutputs = RandomSecretInputs & { readonly value: string };

/** Makes a secret once and keeps it: encrypted in the state, nowhere else. */
export const randomSecretProvider: Provider<RandomSecretInputs, RandomSecretOutputs> = {
  check: async (_olds, news) =>
    news.bytes >= 16 ? [] : [{ property: "bytes", reason: `is ${news.bytes}; accepted: 16 or more` }],
  diff: async (olds, news) => ({
    changes: olds.bytes !== news.bytes,
    replaces: olds.bytes === news.bytes ? [] : ["bytes"],
  }),
  create: async ({ bytes }) => ({
    id: "secret",
    outs: { bytes, value: randomBytes(bytes).toString("base64url") },
  }),
  read: async (_id, props) => props,
  update: async (_id, olds) => olds,
  delete: async () => undefined,
};
