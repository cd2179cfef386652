import { useState } from "preact/hooks";
import type { CountAnswer } from "../../api/types.ts";
import { formatCount, formatMs, formatShare } from "../../format.ts";
import { view } from "../../state/store.ts";
import { useAnswer } from "../../state/useAnswer.ts";
import { Answered } from "../../ui/Answered.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { Figures } from "../../ui/Value.tsx";
import { DroppedPanel } from "./DroppedPanel.tsx";

const TYPES = ["all", "trade", "quote", "book"] as const;

/** What came against what is kept, and why the rest was dropped. */
export function DedupPage() {
  const { symbol } = view.value;
  const [type, setType] = useState<(typeof TYPES)[number]>("all");
  const raw = useAnswer<CountAnswer>("/dedup/raw_count", { symbol });
  // One after the other: a tick that arrives in between may then only make the distinct count the larger one.
  const final = useAnswer<CountAnswer>("/dedup/final_count", { symbol }, { enabled: raw.data !== undefined });
  const recount = (): void => {
    raw.retry();
    final.retry();
  };
  const received = raw.data?.count;
  const kept = final.data?.count;
  const both = received === undefined || kept === undefined ? undefined : { received, kept };
  return (
    <>
      <Panel
        title="Counts"
        note={`Ticks of ${symbol}, all time`}
        actions={
          <button type="button" data-testid="dedup-run" onClick={recount}>
            Count again
          </button>
        }
      >
        <Answered
          answer={raw.error === undefined ? final : raw}
          what="counts"
          empty={() =>
            received === 0 ? `No ticks of ${symbol}. Check the symbol, or send some.` : undefined
          }
        >
          {() =>
            both && (
              <Counts {...both} rawMs={raw.data?.stats.elapsedMs} finalMs={final.data?.stats.elapsedMs} />
            )
          }
        </Answered>
      </Panel>
      <DroppedPanel
        key={`${symbol} ${type}`}
        symbol={symbol}
        type={type === "all" ? undefined : type}
        filter={
          <Segmented
            legend="Type of tick"
            options={TYPES}
            value={type}
            onChange={setType}
            testId="dropped-type"
          />
        }
      />
    </>
  );
}

interface CountsProps {
  readonly received: number;
  readonly kept: number;
  readonly rawMs: number | undefined;
  readonly finalMs: number | undefined;
}

function Counts({ received, kept, rawMs, finalMs }: CountsProps) {
  // Ticks that arrive between the two counts may make the second one larger.
  const removed = Math.max(0, received - kept);
  const part = received === 0 ? 0 : removed / received;
  return (
    <>
      <Figures
        large
        items={[
          {
            label: "Received",
            id: "dedup-raw",
            value: received,
            text: formatCount(received),
            note: `counted in ${formatMs(rawMs ?? Number.NaN)}`,
          },
          {
            label: "Distinct",
            id: "dedup-final",
            value: kept,
            text: formatCount(kept),
            note: `counted with FINAL in ${formatMs(finalMs ?? Number.NaN)}`,
          },
          {
            label: "Removed",
            id: "dedup-removed",
            value: removed,
            text: formatCount(removed),
            note: `${formatShare(part)} of what came`,
          },
        ]}
      />
      <div class="split" aria-hidden="true">
        <i class="kept" style={{ flexGrow: kept }} />
        <i class="removed" style={{ flexGrow: removed }} />
      </div>
      <p class="muted key-line">
        <span class="swatch kept">kept</span>{" "}
        <span class="swatch removed">removed: duplicates, replaced versions, busted trades</span>
      </p>
    </>
  );
}
