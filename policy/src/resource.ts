/** A resource as a policy sees it: what the program asks for, secrets as what they hold. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** Properties of which a preview does not know all. */
  readonly unknown: ReadonlySet<string>;
  /** Whether Pulumi refuses to delete it. */
  readonly protect: boolean;
}

/** What a rule has against a resource; nothing where it keeps to the rule. Rules are pure. */
export type Rule = (resource: Resource) => string[];

/**
 * A plain copy of properties, and which of them hold something that is not known before an update and is left out:
 * `@pulumi/policy` throws where such a field is read, and would skip a whole rule for it.
 */
export function knownProps(props: Readonly<Record<string, unknown>>): Pick<Resource, "props" | "unknown"> {
  const unknown = new Set<string>();
  const known = Object.keys(props).map((key) => [key, copy(props, key, () => unknown.add(key))] as const);
  return { props: Object.fromEntries(known.filter(([, value]) => value !== undefined)), unknown };
}

function copy(of: object, key: string, onUnknown: () => void): unknown {
  try {
    const value = (of as Readonly<Record<string, unknown>>)[key];
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.keys(value).map((each) => [each, copy(value, each, onUnknown)] as const);
    return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
  } catch (error) {
    if ((error as Error).constructor.name !== "UnknownValueError") throw error;
    onUnknown();
    return undefined;
  }
}
