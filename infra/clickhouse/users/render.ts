import { createHash } from "node:crypto";
import { renderXml, type Xml } from "../xml.ts";
import { API_PROFILE, SERVER_PROFILE, SMALL_WRITES_PROFILE, TOOLS_PROFILE } from "./profiles.ts";
import { BOOTSTRAP_QUOTA, renderApiQuota } from "./quotas.ts";
import type { ApiQuota } from "./settings.ts";
import { renderUser, USERS, type UserName, type UserPasswords } from "./users.ts";

/** The users of every ClickHouse node; passwords are rendered as SHA-256 hashes only. */
export interface UsersArgs {
  readonly database: string;
  readonly passwords: UserPasswords;
  readonly quota: ApiQuota;
  /** Networks that may connect, but for the users that come from loopback alone. */
  readonly networks: readonly string[];
  /**
   * Whether an image has a user `default` of its own that has to go. The embedded engine needs one to start its
   * listeners, which may do nothing else; it takes the place of the image's.
   */
  readonly replaceDefault: boolean;
  /** Whether an insert waits for a majority of its shard's replicas. @default false */
  readonly insertQuorum?: boolean;
}

/** Renders `users.xml`: users, profiles and quotas. Pure. */
export function renderUsers(args: UsersArgs): string {
  const { database, passwords, networks, quota } = args;
  const quorum = args.insertQuorum === true ? { insert_quorum: "auto" } : {};
  const named = (Object.keys(USERS) as UserName[]).flatMap((name): [string, Xml][] => {
    const password = passwords[name];
    return password === undefined
      ? []
      : [[name, renderUser(USERS[name], sha256(password), database, networks)]];
  });
  return renderXml({
    profiles: {
      default: { ...SERVER_PROFILE, ...quorum },
      api: API_PROFILE,
      smallWrites: SMALL_WRITES_PROFILE,
      tools: { ...TOOLS_PROFILE, ...quorum },
      bootstrap: { max_sessions_for_user: 1 },
    },
    quotas: { default: "", api: renderApiQuota(quota), bootstrap: BOOTSTRAP_QUOTA },
    users: {
      default: { ...(args.replaceDefault && { "@replace": "replace" }), ...BOOTSTRAP_USER },
      ...Object.fromEntries(named),
    },
  });
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

// The embedded engine starts its listeners as `default`, without a password and from 127.0.0.1: it asks for no
// other. So that user may do just that; its one session is the engine's own, and its quota is used up by it. Without the
// limit of sessions a constant expression, `file('/etc/passwd')` among them, would be answered: it counts as no query.
const BOOTSTRAP_USER = {
  no_password: "",
  networks: { ip: "127.0.0.1" },
  profile: "bootstrap",
  quota: "bootstrap",
  grants: { query: ["GRANT SYSTEM LISTEN ON *.*", "GRANT SELECT ON system.numbers"] },
};
