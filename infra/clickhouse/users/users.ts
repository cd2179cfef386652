import type { Xml } from "../xml.ts";
import {
  API,
  API_SYSTEM,
  AUDIT,
  AUDIT_SYSTEM,
  BACKUP,
  BACKUP_SYSTEM,
  BARS,
  DRAIN,
  INGEST,
  REPLAY,
  statementsOf,
} from "./grants.ts";

/** What a user is: where its limits stand, and what it may do. */
interface User {
  readonly profile: "default" | "api" | "smallWrites" | "tools";
  readonly quota: "default" | "api";
  /** Rights in the schema's database; absent for the owner, who may do everything. */
  readonly grants?: (database: string) => string[];
  /** Comes from inside of its own container alone. */
  readonly loopback?: true;
}

/** Every user with a password. Nobody has more rights than its work needs. */
export const USERS = {
  /** Owner of the schema: the program, and nobody who only reads or writes. */
  owner: { profile: "default", quota: "default" },
  ingest: { profile: "tools", quota: "default", grants: (database) => statementsOf(database, INGEST) },
  api: {
    profile: "api",
    quota: "api",
    grants: (database) => [...statementsOf(database, API), ...API_SYSTEM],
  },
  audit: {
    profile: "tools",
    quota: "default",
    grants: (database) => [...statementsOf(database, AUDIT), ...AUDIT_SYSTEM],
  },
  bars: { profile: "default", quota: "default", grants: (database) => statementsOf(database, BARS) },
  replay: {
    profile: "smallWrites",
    quota: "default",
    grants: (database) => statementsOf(database, REPLAY),
  },
  backup: {
    profile: "tools",
    quota: "default",
    grants: (database) => [...statementsOf(database, BACKUP), ...BACKUP_SYSTEM],
  },
  drain: {
    profile: "default",
    quota: "default",
    grants: (database) => statementsOf(database, DRAIN),
    loopback: true,
  },
} as const satisfies Readonly<Record<string, User>>;

export type UserName = keyof typeof USERS;

/** Users that every target has; one that comes from inside of its container is there where that container needs it. */
export const STACK_USERS = ["owner", "ingest", "api", "audit", "bars", "replay", "backup"] as const;
/** Passwords by user. */
export type UserPasswords = Readonly<Record<(typeof STACK_USERS)[number], string>> & {
  readonly drain?: string;
};

/** May create users and named collections. */
const OWNERS_RIGHTS = { access_management: 1, named_collection_control: 1 } as const;

/** One user of `users.xml`. Pure. */
export function renderUser(
  user: User,
  passwordHash: string,
  database: string,
  networks: readonly string[],
): Xml {
  return {
    password_sha256_hex: passwordHash,
    networks: { ip: user.loopback ? ["127.0.0.1", "::1"] : [...networks] },
    profile: user.profile,
    quota: user.quota,
    ...(user.grants === undefined ? OWNERS_RIGHTS : { grants: { query: user.grants(database) } }),
  };
}
