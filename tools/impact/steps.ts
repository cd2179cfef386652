/** What a preview plans for one resource. */
export interface Step {
  readonly op: "create" | "update" | "replace" | "delete";
  readonly type: string;
  readonly name: string;
  /** Inputs and outputs as they are, and inputs as they will be; secrets are hidden in them. */
  readonly old: Properties;
  readonly new: Properties;
  readonly protect: boolean;
  /** Properties that change. */
  readonly diffs: readonly string[];
}

export type Properties = Readonly<Record<string, unknown>>;

interface State {
  readonly protect?: boolean;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
}

/** An engine event, as far as it is looked at here (`apitype.EngineEvent`). */
interface EngineEvent {
  readonly resourcePreEvent?: {
    readonly metadata: {
      readonly op: string;
      readonly urn: string;
      readonly type: string;
      readonly old: State | null;
      readonly new: State | null;
      readonly diffs?: readonly string[];
    };
  };
}

/** A replacement is three steps of the engine, whatever comes first. */
const OPS: Readonly<Record<string, Step["op"]>> = {
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
};

/**
 * Reads the events that `pulumi preview --event-log` writes, one JSON object a line: a step for each resource that changes, in the
 * order in which they will be carried out. Pure.
 */
export function readSteps(eventLog: string): Step[] {
  const steps = new Map<string, Step>();
  for (const line of eventLog.split("\n").filter((text) => text !== "")) {
    const metadata = (JSON.parse(line) as EngineEvent).resourcePreEvent?.metadata;
    const op = metadata && OPS[metadata.op];
    if (metadata === undefined || op === undefined) continue;
    const known = steps.get(metadata.urn);
    const step = {
      op,
      type: metadata.type,
      name: metadata.urn.split("::").at(-1) ?? metadata.urn,
      old: { ...metadata.old?.inputs, ...metadata.old?.outputs },
      new: metadata.new?.inputs ?? known?.new ?? {},
      protect: metadata.old?.protect === true,
      diffs: [...new Set([...(known?.diffs ?? []), ...(metadata.diffs ?? [])])],
    };
    steps.set(metadata.urn, { ...step, op: known?.op === "replace" ? "replace" : op });
  }
  return [...steps.values()];
}
