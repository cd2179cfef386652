import satisfies from "spdx-satisfies";
import type { Exceptions } from "./exceptions.ts";

/** A component of a CycloneDX document, as far as it is looked at here. */
export interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly {
    readonly expression?: string;
    readonly license?: { readonly id?: string; readonly name?: string };
  }[];
}

/** SPDX expression of what a component says of itself; empty for nothing. */
export const licenceOf = ({ licenses = [] }: Component): string =>
  licenses
    .map(({ expression, license }) => expression ?? license?.id ?? license?.name ?? "")
    .filter((text) => text !== "")
    .join(" AND ");

/** Licences that are neither allowed nor explained, and explanations that nothing needs any more. Pure. */
export function licenceProblems(
  components: readonly Component[],
  { allowed, exceptions }: Exceptions["licences"],
): string[] {
  const used = new Set<(typeof exceptions)[number]>();
  const problems = components.flatMap((component) => {
    const licence = licenceOf(component);
    if (isAllowed(licence, allowed)) return [];
    const exception = exceptions.find(
      (each) => each.licence === licence && matches(each.package, component.name),
    );
    if (exception !== undefined) {
      used.add(exception);
      return [];
    }
    return [
      `${component.name}@${component.version} is under ${licence || "no licence that it tells"}; accepted: ${allowed.join(", ")}, or an exception with its reason`,
    ];
  });
  const unused = exceptions
    .filter((exception) => !used.has(exception))
    .map(({ package: name, licence }) => `nothing needs the exception for ${name} (${licence || "none"})`);
  return [...problems, ...unused];
}

function isAllowed(licence: string, allowed: readonly string[]): boolean {
  try {
    return licence !== "" && satisfies(licence, [...allowed]);
  } catch {
    // No SPDX expression: `SEE LICENSE IN …`.
    return false;
  }
}

const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
