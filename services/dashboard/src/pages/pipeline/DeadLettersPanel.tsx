import { useState } from "preact/hooks";
import type { DeadLetter, DeadLettersAnswer, PipelineAnswer } from "../../api/types.ts";
import { formatCount, formatSecond } from "../../format.ts";
import { usePages } from "../../state/usePages.ts";
import { Answered } from "../../ui/Answered.tsx";
import { More } from "../../ui/More.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { Table } from "../../ui/Table.tsx";
import { DeadLetterDialog } from "./DeadLetterDialog.tsx";
import { ReplayDialog } from "./ReplayDialog.tsx";

const PAGE = 50;
const FILTERS = ["all", "not replayed", "replayed"] as const;

/** Messages that could not be read: to inspect, to put right, and to send again. */
export function DeadLettersPanel({
  summary,
}: {
  summary: NonNullable<PipelineAnswer["deadLetters"]> | undefined;
}) {
  const [cause, setCause] = useState("");
  const [filter, setFilter] = useState<(typeof FILTERS)[number]>("all");
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState<string>();
  const [replaying, setReplaying] = useState<readonly string[]>();
  const replayed = filter === "all" ? undefined : filter === "replayed";
  const pages = usePages<DeadLetter, DeadLettersAnswer>(
    "/dead-letters",
    { cause: cause || undefined, replayed, limit: PAGE },
    ({ deadLetters }) => deadLetters,
  );
  const { rows } = pages;
  const pick = (place: string, on: boolean): void => {
    const next = new Set(picked);
    if (on) next.add(place);
    else next.delete(place);
    setPicked(next);
  };
  return (
    <Panel
      title="Dead letters"
      note={
        summary === undefined
          ? "Messages that could not be read"
          : `${formatCount(summary.total)} in all, ${formatCount(summary.lastHour)} in the last hour`
      }
      actions={
        <button
          type="button"
          data-testid="replay-button"
          disabled={picked.size === 0}
          onClick={() => setReplaying([...picked])}
        >
          Replay {picked.size === 0 ? "…" : formatCount(picked.size)}
        </button>
      }
    >
      <div class="toolbar">
        <Segmented legend="Dead letters to show" options={FILTERS} value={filter} onChange={setFilter} />
        <label class="field">
          <span>Cause holds</span>
          <input
            list="causes"
            data-testid="cause-input"
            value={cause}
            onChange={({ currentTarget }) => setCause(currentTarget.value.trim())}
          />
        </label>
        <datalist id="causes">
          {summary?.causes.map(({ cause: text, count }) => (
            <option key={text} value={text} label={`${formatCount(count)} messages`} />
          ))}
        </datalist>
      </div>
      <Answered
        answer={pages.answer}
        what="dead letters"
        empty={() =>
          rows.length === 0
            ? cause === "" && filter === "all"
              ? "No dead letters: every message could be read."
              : "No dead letters like these. Take the filter away to see all."
            : undefined
        }
      >
        {() => (
          <>
            <Table
              caption="Dead letters, newest first"
              testId="dead-letters"
              tall
              rows={rows}
              keyOf={({ place }) => place}
              dataOf={({ place }) => ({ "data-place": place })}
              columns={[
                {
                  head: "Pick",
                  cell: ({ place }) => (
                    <input
                      type="checkbox"
                      aria-label={`Pick ${place}`}
                      checked={picked.has(place)}
                      onChange={({ currentTarget }) => pick(place, currentTarget.checked)}
                    />
                  ),
                },
                {
                  head: "Place",
                  rowHead: true,
                  cell: ({ place }) => (
                    <button
                      type="button"
                      class="link"
                      aria-label={`Inspect ${place}`}
                      onClick={() => setShown(place)}
                    >
                      {place}
                    </button>
                  ),
                },
                { head: "Time, UTC", minor: true, cell: ({ time }) => formatSecond(time) },
                { head: "Cause", cell: ({ error }) => <span class="clip">{error}</span> },
                { head: "Message", minor: true, cell: ({ message }) => <code class="clip">{message}</code> },
                {
                  head: "Replays",
                  number: true,
                  cell: ({ replays, replayedAt }) => (
                    <span title={replayedAt === null ? undefined : `last ${formatSecond(replayedAt)} UTC`}>
                      {replays}
                    </span>
                  ),
                },
              ]}
            />
            <More
              pages={pages}
              what={`${formatCount(rows.length)} of ${formatCount(pages.answer.data?.total ?? rows.length)}`}
            />
          </>
        )}
      </Answered>
      {shown !== undefined && (
        <DeadLetterDialog
          place={shown}
          onClose={() => setShown(undefined)}
          onReplay={() => setReplaying([shown])}
        />
      )}
      {replaying !== undefined && (
        <ReplayDialog
          places={replaying}
          onClose={() => setReplaying(undefined)}
          onDone={() => {
            setPicked(new Set());
            pages.answer.retry();
          }}
        />
      )}
    </Panel>
  );
}
