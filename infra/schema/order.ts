import { InfraError } from "../errors.ts";
import type { Statement } from "./statement.ts";

/** A statement and the files that must be applied before it. */
export interface OrderedStatement {
  readonly statement: Statement;
  readonly after: readonly string[];
}

/**
 * Orders the statements by what they mention, then by number: the server refuses a view whose target is not
 * there yet (03 writes to 04). A view that reads from a Kafka table waits for everything else besides, so that
 * nothing is consumed into a chain that is not complete.
 */
export function orderStatements(statements: readonly Statement[]): OrderedStatement[] {
  const consumers = new Set(statements.filter((statement) => readsKafka(statement, statements)));
  const pending = statements.map((statement) => ({
    statement,
    after: statements
      .filter((other) => other !== statement)
      .filter(
        (other) => mentions(statement, other.object) || (consumers.has(statement) && !consumers.has(other)),
      )
      .map((other) => other.file),
  }));
  const ordered: OrderedStatement[] = [];
  while (pending.length > 0) {
    const index = pending.findIndex(({ after }) =>
      after.every((file) => ordered.some((done) => done.statement.file === file)),
    );
    const [next] = pending.splice(index, index < 0 ? 0 : 1);
    if (next === undefined) {
      throw new InfraError(
        "SQL_FILE_INVALID",
        `these files wait for each other: ${pending.map((p) => p.statement.file).join(", ")}`,
      );
    }
    ordered.push(next);
  }
  return ordered;
}

/** Whether a statement is a view that reads from a Kafka table of the schema. */
export const readsKafka = (statement: Statement, all: readonly Statement[]): boolean =>
  statement.kind === "view" &&
  all.some((other) => other.kind === "kafka" && mentions(statement, other.object));

/** As an identifier, or as a whole string (Buffer names its target in quotes). */
const mentions = ({ tokens }: Statement, object: string): boolean =>
  tokens.some((token) => token.kind !== "symbol" && token.value === object);
