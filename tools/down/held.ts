/** A resource as `pulumi stack export` writes it, as far as it is looked at here. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What a state says of the data of its stack. */
export interface Held {
  /** Protected volumes, folders and namespaces, as a person knows them. */
  readonly places: readonly string[];
  /** Data tables that are protected resources: they go and stay with their volumes. */
  readonly tables: readonly { readonly urn: string; readonly name: string }[];
  /** Whether there are data tables that the last `up` left unprotected. */
  readonly unprotectedTables: boolean;
}

const DATA_TABLE = "data";

/** Finds what is protected in a state. Pure. */
export function findHeld(resources: readonly StateResource[]): Held {
  const protectedOnes = resources.filter(({ protect }) => protect === true);
  return {
    places: protectedOnes.flatMap((resource) => placeOf(resource) ?? []),
    tables: protectedOnes.filter(isDataTable).map(({ urn, outputs }) => ({
      urn,
      name: String(outputs?.["object"]),
    })),
    unprotectedTables: resources.some((resource) => isDataTable(resource) && resource.protect !== true),
  };
}

const isDataTable = ({ type, outputs }: StateResource): boolean =>
  type.endsWith(":SqlFile") && outputs?.["kind"] === DATA_TABLE;

/** `volume data-clickhouse-01 (20Gi)`; undefined for what is no place. */
function placeOf({ type, inputs, outputs }: StateResource): string | undefined {
  if (type.endsWith(":Directory")) return `folder ${outputs?.["path"]}`;
  if (type === "docker:index/volume:Volume") return `volume ${outputs?.["name"]}`;
  const { metadata, spec } = (inputs ?? {}) as {
    metadata?: { name?: string };
    spec?: { resources?: { requests?: { storage?: string } } };
  };
  if (type === "kubernetes:core/v1:Namespace") return `namespace ${metadata?.name}`;
  if (type === "kubernetes:core/v1:PersistentVolumeClaim")
    return `volume ${metadata?.name} (${spec?.resources?.requests?.storage})`;
  return undefined;
}
