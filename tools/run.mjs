// Entry of every npm script: brings the locked dependencies in if they are missing or stale, then runs
// tools/NAME.ts. Plain JavaScript without dependencies, since a fresh clone has none.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const [command, ...args] = process.argv.slice(2);
const stamp = join(root, "node_modules", ".tickhouse-lock");
const lockHash = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `tickhouse: Node.js ${process.versions.node} is too old; accepted: 20.19 or newer (https://nodejs.org)`,
  );
  process.exit(1);
}

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lockHash) {
  console.error("tickhouse: installing the locked npm packages (a minute or two, once)");
  // Standard output belongs to the command: `npm run --silent outputs` prints JSON and nothing else.
  const install = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (install.status !== 0) process.exit(install.status ?? 1);
  writeFileSync(stamp, lockHash);
}

const child = spawnSync(
  process.execPath,
  ["--import", "tsx", join(root, "tools", `${command}.ts`), ...args],
  { cwd: root, stdio: "inherit" },
);
// A command that a signal ended has said so itself.
process.exit(child.status ?? 1);
