import { access, constants } from "node:fs/promises";
import { messageOf, ProducerError } from "../errors.ts";
import { type OnDue, pace } from "../pacing.ts";
import { wallMicros } from "../time.ts";
import { type FileFormat, fileRows } from "./fileRows.ts";
import type { FileRow, GoodRow } from "./row.ts";
import type { FeedTick, Source } from "./source.ts";

export interface ReplayOptions {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly format: FileFormat;
  /** 1 is original speed, 10 ten times as fast. */
  readonly speed: number | "max";
  /** Move all event times by the same amount, so that the first row's is now. */
  readonly shiftToNow: boolean;
  /** What to do with a row that is not a tick: end there, leave it out, or send its text as it is. */
  readonly onBadRow: "fail" | "skip" | "send";
  readonly onDue?: OnDue;
  /** Told of each row left out: place and reason. */
  readonly onSkipped?: (problem: string) => void;
  /** @default wallMicros */
  readonly now?: () => bigint;
}

/** A recorded file as a source, in the order of its rows. */
export function createReplaySource(options: ReplayOptions): Source {
  const { file, speed, onDue } = options;
  const name = file === "-" ? "standard input" : file;
  return {
    description: `replay ${name}`,
    async prepare() {
      if (file === "-") return;
      try {
        await access(file, constants.R_OK);
      } catch (cause) {
        throw unreadable(name, cause);
      }
    },
    read: (signal) => pace(feed(options, name, signal), { speed, signal, onDue }),
  };
}

async function* feed(
  options: ReplayOptions,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<readonly FeedTick[]> {
  const toTick = createRowMapper(options);
  const rows = fileRows(options.file, options.format, signal);
  for (;;) {
    const next = await rows.next().catch((cause: unknown) => {
      throw unreadable(name, cause);
    });
    if (next.done === true) return;
    const batch: FeedTick[] = [];
    for (const fileRow of next.value) {
      const { row, source, number } = fileRow;
      if (row.ok) {
        batch.push(toTick(row));
      } else if (options.onBadRow === "send") {
        batch.push({ symbol: row.symbol, text: source, kind: "bad", alone: true });
      } else {
        const problem = describe(name, fileRow);
        if (options.onBadRow === "fail") {
          if (batch.length > 0) yield batch;
          await rows.return(undefined);
          throw new ProducerError(
            "BAD_ROW",
            `${problem}\nLine ${number} and what follows was not sent. --on-bad-row skip leaves such rows out.`,
          );
        }
        options.onSkipped?.(problem);
      }
    }
    if (batch.length > 0) yield batch;
  }
}

/** Turns good rows into ticks; the first one fixes the shift of all. */
function createRowMapper({ shiftToNow, speed, now = wallMicros }: ReplayOptions): (row: GoodRow) => FeedTick {
  let shift: bigint | undefined;
  return (row) => {
    const { symbol, kind } = row;
    // Replaying unchanged and unpaced, nobody asks for the time.
    if (!shiftToNow && speed === "max") return { symbol, kind, text: row.text() };
    const micros = row.eventMicros();
    if (shiftToNow) shift ??= now() - micros;
    const text = shift === undefined ? row.text() : row.text(micros + shift);
    return { symbol, kind, text, clockMicros: Number(micros) };
  };
}

function describe(name: string, { number, row }: FileRow): string {
  return `${name}:${number}: ${row.ok ? "" : row.problems.join("; ")}`;
}

function unreadable(name: string, cause: unknown): ProducerError {
  if (cause instanceof ProducerError) return cause;
  return new ProducerError("FILE_UNREADABLE", `${name}: ${messageOf(cause)}`, { cause });
}
