import type { Held } from "./held.ts";

/** What is done about a stack that is to go: all of it goes, its data stays, or nothing happens and this is why. */
export type Decision =
  | { readonly kind: "destroy" }
  | { readonly kind: "keepData" }
  | { readonly kind: "refuse"; readonly says: string };

export interface Wish {
  readonly stack: string;
  /** The setting as it is now. */
  readonly protectData: boolean;
  /** Whether `--keep-data` was given. */
  readonly keepData: boolean;
}

/**
 * Decides as deletion protection does elsewhere: while the setting protects, nothing is removed, and the message names
 * what is there and both ways on. Pure.
 */
export function decideDown({ stack, protectData, keepData }: Wish, held: Held): Decision {
  const letGo = `pulumi config set tickhouse:protectData false --stack ${stack} && npm run down -- --stack ${stack}`;
  const nothingHeld = held.places.length + held.tables.length === 0;
  if (keepData && nothingHeld)
    return {
      kind: "refuse",
      says: `--keep-data keeps what is protected, and nothing of stack ${stack} is. First: pulumi config set tickhouse:protectData true --stack ${stack} && npm run up -- --stack ${stack}`,
    };
  if (keepData) return { kind: "keepData" };
  if (!protectData) return { kind: "destroy" };
  if (nothingHeld && held.unprotectedTables)
    return {
      kind: "refuse",
      says: `tickhouse:protectData is true, and stack ${stack} was last brought up without it: nothing was removed. To protect its data: npm run up -- --stack ${stack}. To be rid of it: ${letGo}`,
    };
  if (nothingHeld) return { kind: "destroy" };
  return {
    kind: "refuse",
    says: [
      `the data of stack ${stack} is protected (tickhouse:protectData), so nothing was removed. It has`,
      ...describeHeld(held),
      `To take away all but the data: npm run down -- --stack ${stack} --keep-data`,
      `To let go of the data for good: ${letGo}`,
    ].join("\n"),
  };
}

/** A line for each volume, and one for all tables. Pure. */
export function describeHeld({ places, tables }: Held): string[] {
  const names = [...new Set(tables.map(({ name }) => name))].sort();
  return [
    ...places.map((place) => `  ${place}`),
    ...(names.length === 0 ? [] : [`  data tables ${names.join(", ")}`]),
  ];
}
