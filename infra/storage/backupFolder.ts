import { join } from "node:path";

/** Where a stack's backups are kept on this machine: outside of what `npm run down` removes. */
export const backupFolder = (root: string, stack: string): string => join(root, "backups", stack);
