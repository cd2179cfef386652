import { randomUUID } from "node:crypto";
import { whereReachable, withNode } from "../clickhouse/connection.ts";
import { createMutex } from "../dynamic/mutex.ts";
import type { Provider } from "../dynamic/provider.ts";
import { applyFile, type FileOnNode, removeFile } from "./apply/applyFile.ts";
import { pausedTables } from "./apply/consumption.ts";
import { planDataTable, refuse } from "./apply/dataTable.ts";
import { readObject } from "./live.ts";
import { parseStatement } from "./statement.ts";

export type SqlFileInputs = FileOnNode & {
  /** SHA-256 of the rendered file: a change of text is a change of the resource. */
  readonly contentHash: string;
};

export type SqlFileOutputs = SqlFileInputs & {
  /** The server's own text of the object, as it was after the last apply and as it is now. */
  readonly appliedDefinition: string;
  readonly liveDefinition: string;
  /** Another one after every apply: what waits for the schema sees that it changed. */
  readonly revision: string;
};

// Pausing is cluster-wide, so two files are never applied at the same time.
const oneAtATime = createMutex();

export const sqlFileProvider: Provider<SqlFileInputs, SqlFileOutputs> = {
  async check(_olds, news) {
    try {
      parseStatement(news.file, news.sql);
      return [];
    } catch (error) {
      return [{ property: "sql", reason: (error as Error).message }];
    }
  },

  /** In a preview too: asks the node whether a data table can take the change, so that a refusal comes early. */
  async diff(olds, news) {
    const textChanged = olds.contentHash !== news.contentHash;
    if (textChanged && news.kind === "data" && olds.object === news.object) {
      await whereReachable(() => oneAtATime(() => refuseEarly(news)));
    }
    const replaces = [
      ...(olds.object === news.object ? [] : ["object"]),
      ...(olds.node.node === news.node.node ? [] : ["node"]),
    ];
    const drifted = olds.liveDefinition !== olds.appliedDefinition;
    const moved = JSON.stringify([olds.node, olds.cluster]) !== JSON.stringify([news.node, news.cluster]);
    return { changes: textChanged || drifted || moved || replaces.length > 0, replaces };
  },

  async create(inputs) {
    return { id: `${inputs.node.node}/${inputs.file}`, outs: await apply(inputs) };
  },

  async update(_id, olds, news) {
    const onlyMoved = olds.contentHash === news.contentHash && olds.liveDefinition === olds.appliedDefinition;
    return onlyMoved ? { ...olds, ...news } : apply(news);
  },

  async read(_id, props) {
    const definition = await whereReachable(() =>
      withNode(
        props.node,
        async (session) => {
          const live = await readObject(session, props.object);
          if (live !== undefined) return live.definition;
          return (await pausedTables(session)).includes(props.object) ? props.liveDefinition : null;
        },
        "default",
      ),
    );
    if (definition === null) return undefined;
    return definition === undefined ? props : { ...props, liveDefinition: definition };
  },

  delete: (_id, props) => oneAtATime(() => removeFile(props)),
};

/** A node that is yet to learn of the storage that a table is to use can't be asked: the apply behind it will be. */
async function refuseEarly({ node, file, object, sql }: SqlFileInputs): Promise<void> {
  await withNode(node, async (session) =>
    refuse(file, object, node.node, await planDataTable(session, file, object, sql)),
  ).catch((error: Error) => {
    if (!/\bUNKNOWN_POLICY\b/.test(`${error.message} ${(error.cause as { type?: string })?.type}`))
      throw error;
  });
}

async function apply(inputs: SqlFileInputs): Promise<SqlFileOutputs> {
  const definition = await oneAtATime(() => applyFile(inputs));
  return { ...inputs, appliedDefinition: definition, liveDefinition: definition, revision: randomUUID() };
}
