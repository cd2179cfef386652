import type { ComponentChildren } from "preact";
import type { DroppedAnswer, DroppedTick, DropReason } from "../../api/types.ts";
import { formatCount, formatPrice, formatSecond, formatVolume, priceDecimals } from "../../format.ts";
import { view } from "../../state/store.ts";
import { usePages } from "../../state/usePages.ts";
import { toInstant } from "../../state/view.ts";
import { Answered } from "../../ui/Answered.tsx";
import { More } from "../../ui/More.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { RangeFields } from "../../ui/RangeFields.tsx";
import { Table } from "../../ui/Table.tsx";

const PAGE = 100;

/** Why a tick was dropped, in a sentence. */
const REASONS: Readonly<Record<DropReason, (tick: DroppedTick) => string>> = {
  duplicate: () => "came again, the same",
  superseded: ({ keptVersion }) => `replaced by version ${keptVersion}`,
  busted: ({ keptVersion }) => `taken back by version ${keptVersion}`,
};

interface DroppedPanelProps {
  readonly symbol: string;
  readonly type: string | undefined;
  readonly filter: ComponentChildren;
}

/** Each tick that is not counted, and why. */
export function DroppedPanel({ symbol, type, filter }: DroppedPanelProps) {
  const { from, to } = view.value;
  const parameters = { symbol, type, from: toInstant(from), to: toInstant(to), limit: PAGE };
  const pages = usePages<DroppedTick, DroppedAnswer>("/dedup/dropped", parameters, ({ dropped }) => dropped);
  const { rows } = pages;
  const decimals = priceDecimals(rows.map(({ price }) => price));
  return (
    <Panel title="Dropped ticks" note="Newest first, by the time of the event" actions={filter}>
      <div class="toolbar">
        <RangeFields />
      </div>
      <Answered
        answer={pages.answer}
        what="dropped ticks"
        empty={() =>
          rows.length === 0
            ? `Nothing of ${symbol} was dropped in this range: each tick came once and stands.`
            : undefined
        }
      >
        {() => (
          <>
            <Table
              caption="Dropped ticks, newest first"
              testId="dropped"
              tall
              rows={rows}
              keyOf={({ kafkaPartition, kafkaOffset, seqId, side }, index) =>
                `${kafkaPartition} ${kafkaOffset} ${seqId} ${side} ${index}`
              }
              dataOf={({ reason, seqId }) => ({ "data-reason": reason, "data-seq": seqId })}
              columns={[
                { head: "Time, UTC", rowHead: true, cell: ({ eventTime }) => formatSecond(eventTime) },
                {
                  head: "Why",
                  cell: (tick) => (
                    <>
                      <span class="badge" data-state={tick.reason}>
                        {tick.reason}
                      </span>{" "}
                      <span class="muted hidden-narrow">{REASONS[tick.reason](tick)}</span>
                    </>
                  ),
                },
                { head: "Type", cell: ({ eventType }) => eventType },
                { head: "Price", number: true, cell: ({ price }) => formatPrice(price, decimals) },
                { head: "Size", number: true, cell: ({ size }) => formatVolume(size) },
                { head: "Side", minor: true, cell: ({ side }) => side },
                { head: "Version", number: true, cell: ({ sourceVersion }) => sourceVersion },
                { head: "Sequence", number: true, cell: ({ seqId }) => seqId },
                { head: "Exchange", minor: true, cell: ({ exchange }) => exchange },
                {
                  head: "Kafka",
                  minor: true,
                  cell: ({ kafkaPartition, kafkaOffset }) => `${kafkaPartition}/${kafkaOffset}`,
                },
              ]}
            />
            <More pages={pages} what={`${formatCount(rows.length)} shown`} />
          </>
        )}
      </Answered>
    </Panel>
  );
}
