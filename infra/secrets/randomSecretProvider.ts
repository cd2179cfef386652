import { randomBytes } from "node:crypto";
import type { Provider } from "../dynamic/provider.ts";

export interface RandomSecretInputs {
  /** Entropy in bytes; the value is longer, being text. */
  readonly bytes: number;
  /** Another number makes another secret. */
  readonly version: number;
}
export type RandomSecretOutputs = RandomSecretInputs & {
  readonly value: string;
  /** What was used before: a server that has not changed yet still asks for it. */
  readonly previous: string;
};

/** Makes a secret once a version and keeps it: encrypted in the state, nowhere else. */
export const randomSecretProvider: Provider<RandomSecretInputs, RandomSecretOutputs> = {
  check: async (_olds, news) =>
    news.bytes >= 16 ? [] : [{ property: "bytes", reason: `is ${news.bytes}; accepted: 16 or more` }],
  diff: async (olds, news) => ({
    changes: olds.bytes !== news.bytes || olds.version !== news.version,
    replaces: olds.bytes === news.bytes ? [] : ["bytes"],
  }),
  create: async (inputs) => ({ id: "secret", outs: { ...inputs, value: makeSecret(inputs), previous: "" } }),
  read: async (_id, props) => props,
  update: async (_id, olds, { bytes, version }) => ({
    bytes,
    version,
    value: makeSecret({ bytes }),
    previous: olds.value,
  }),
  delete: async () => undefined,
};

const makeSecret = ({ bytes }: Pick<RandomSecretInputs, "bytes">): string =>
  randomBytes(bytes).toString("base64url");
