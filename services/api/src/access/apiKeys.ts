import { createHash, timingSafeEqual } from "node:crypto";

/** A key that lets in, by its name; the key itself is nowhere. */
export interface ApiKey {
  /** In the access log and the rate limit. */
  readonly name: string;
  /** 32 bytes. */
  readonly sha256: Buffer;
}

const LINE = /^(?<name>[A-Za-z0-9._-]{1,64}):(?<hash>[0-9a-fA-F]{64})$/;

/**
 * Reads a file of keys: `name:sha256hex` a line; empty lines and those that begin with `#` are left out. A plain hash is
 * enough for a key that is long and random (`openssl rand -hex 24`), and too little for a password.
 * @returns the keys, or what is wrong and where. Pure.
 */
export function parseApiKeys(text: string): readonly ApiKey[] | string {
  const keys: ApiKey[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const { name, hash } = LINE.exec(trimmed)?.groups ?? {};
    // The line is not repeated: somebody may have written a key in clear.
    if (name === undefined || hash === undefined)
      return `line ${index + 1} is no key; accepted: name:sha256hex, a name of 1 to 64 letters, digits or . _ - and 64 hex digits`;
    if (keys.some((key) => key.name === name))
      return `line ${index + 1} names ${name} again; accepted: each name once`;
    keys.push({ name, sha256: Buffer.from(hash, "hex") });
  }
  return keys.length > 0 ? keys : "holds no key; accepted: at least one line name:sha256hex";
}

/** Name of the key that was sent; undefined where it is none of them. Each is compared, and in the same time. */
export function nameOfKey(keys: readonly ApiKey[], sent: string): string | undefined {
  const digest = hashKey(sent);
  return keys.filter((key) => timingSafeEqual(key.sha256, digest))[0]?.name;
}

export const hashKey = (key: string): Buffer => createHash("sha256").update(key).digest();
