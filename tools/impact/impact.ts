import type { Step } from "./steps.ts";

/** What a planned change does to data, a row each. */
export interface Impact {
  readonly part: "tables" | "consumers" | "topic" | "servers" | "volumes";
  /** `ticks_local on 2 nodes` */
  readonly what: string;
  readonly happens: string;
}

/** The name of a server that holds data, on every target. */
const SERVER = /^(clickhouse-\d+(-\d+)?|kafka(-\d+)?|keeper-\d+)$/;

/**
 * Tells what the steps of a preview mean for tables, consumers, servers and volumes. Nothing where no data is touched, as
 * where a whole stack is new.
 * What the servers themselves would refuse has failed the preview before. Pure.
 */
export function impactOf(steps: readonly Step[]): Impact[] {
  if (steps.every(({ op }) => op === "create")) return [];
  return [...tables(steps), ...consumers(steps), ...topic(steps), ...servers(steps), ...volumes(steps)];
}

function tables(steps: readonly Step[]): Impact[] {
  const byChange = new Map<string, Impact & { nodes: number }>();
  for (const step of steps.filter(isSqlFile)) {
    const object = String(step.new["object"] ?? step.old["object"]);
    const happens = tableChange(step);
    if (happens === undefined) continue;
    const key = `${object} ${happens}`;
    const nodes = (byChange.get(key)?.nodes ?? 0) + 1;
    const what = `${object} on ${nodes} node${nodes === 1 ? "" : "s"}`;
    byChange.set(key, { part: "tables", what, happens, nodes });
  }
  return [...byChange.values()].map(({ part, what, happens }) => ({ part, what, happens }));
}

function tableChange(step: Step): string | undefined {
  const data = kindOf(step) === "data";
  switch (step.op) {
    case "create":
      return data ? "new data table" : "new object, without data of its own";
    case "update":
      if (!appliesAnew(step)) return undefined;
      return data ? "altered in place, its rows stay" : "replaced, has no data of its own";
    case "replace":
    case "delete":
      if (!data) return step.op === "delete" ? "dropped, has no data of its own" : "replaced";
      return "refused: a data table is not dropped by an update";
  }
}

/** As the resource decides it: its text is another one, or the object is no longer what was applied. */
const appliesAnew = ({ old, new: wanted }: Step): boolean =>
  old["contentHash"] !== wanted["contentHash"] || old["liveDefinition"] !== old["appliedDefinition"];

function consumers(steps: readonly Step[]): Impact[] {
  const files = steps.filter(isSqlFile).filter((step) => {
    if (step.op === "update") return kindOf(step) !== "data" && appliesAnew(step);
    return true;
  });
  if (files.length === 0) return [];
  return [
    {
      part: "consumers",
      what: "all nodes",
      happens: `paused while ${files.length} object${files.length === 1 ? " is" : "s are"} applied; ticks wait in Kafka`,
    },
  ];
}

function topic(steps: readonly Step[]): Impact[] {
  return steps
    .filter(({ type }) => type.endsWith("dynamic/tickhouse:Topic"))
    .map(({ op, name, old, new: wanted }) => ({
      part: "topic",
      what: name,
      happens:
        op === "create"
          ? `made, with ${wanted["partitions"]} partitions`
          : op === "update"
            ? `changed in place, partitions ${old["partitions"]} -> ${wanted["partitions"]}`
            : "deleted with its messages",
    }));
}

function servers(steps: readonly Step[]): Impact[] {
  const stopping = steps.filter(isServer).flatMap((step): [Step, string][] => {
    const change = serverChange(step);
    return change === undefined ? [] : [[step, change]];
  });
  return stopping.map(([step, happens], index) => ({
    part: "servers",
    what: step.name,
    happens: stopping.length > 1 ? `${happens}, ${index + 1} of ${stopping.length}` : happens,
  }));
}

function serverChange({ op, type, diffs }: Step): string | undefined {
  if (op === "create") return "started";
  if (op === "delete") return "stopped for good";
  if (op === "replace") return "restarted, with its volume";
  // A pod is made anew where its template changes; a process starts anew with whatever it is given.
  if (type.endsWith(":Process")) return "restarted, with its folder";
  if (type.endsWith(":StatefulSet"))
    return diffs.some((path) => path.startsWith("spec")) ? "restarted, with its volume" : undefined;
  return "changed while it runs";
}

function volumes(steps: readonly Step[]): Impact[] {
  return steps.filter(isVolume).flatMap((step): Impact[] => {
    const happens = volumeChange(step);
    return happens === undefined ? [] : [{ part: "volumes", what: step.name, happens }];
  });
}

function volumeChange({ op, protect, old, new: wanted }: Step): string | undefined {
  if (op === "create") return "made, empty";
  if (op === "update") {
    const sizes = [old, wanted].map(sizeOf);
    return sizes[0] === sizes[1] ? undefined : `grown in place, ${sizes[0]} -> ${sizes[1]}`;
  }
  return protect ? "refused: it is protected (tickhouse:protectData)" : "deleted with its data";
}

const sizeOf = ({ spec }: Step["old"]): string | undefined =>
  (spec as { resources?: { requests?: { storage?: string } } } | undefined)?.resources?.requests?.storage;

const isSqlFile = ({ type }: Step): boolean => type.endsWith("dynamic/tickhouse:SqlFile");
const kindOf = (step: Step): unknown => step.new["kind"] ?? step.old["kind"];

const isServer = ({ type, name }: Step): boolean =>
  SERVER.test(name) &&
  (type === "docker:index/container:Container" ||
    type === "kubernetes:apps/v1:StatefulSet" ||
    type.endsWith("dynamic/local:Process"));

const isVolume = ({ type, name }: Step): boolean =>
  (type === "docker:index/volume:Volume" && name.endsWith("-data")) ||
  type === "kubernetes:core/v1:PersistentVolumeClaim" ||
  (type.endsWith("dynamic/local:Directory") && SERVER.test(name));
