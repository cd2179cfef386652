import { formatClock, formatPrice, formatSecond, formatVolume, priceDecimals } from "../../format.ts";
import { Answered } from "../../ui/Answered.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Table } from "../../ui/Table.tsx";
import { tickKey } from "./tickList.ts";
import type { Trades } from "./useTrades.ts";

/** The tape. */
export function TradesPanel({ trades: { answer, ticks }, symbol }: { trades: Trades; symbol: string }) {
  const decimals = priceDecimals(ticks.map(({ price }) => price));
  const newest = ticks[0];
  return (
    <Panel
      title="Trades"
      class="trades"
      note={newest ? `Newest ${formatSecond(newest.eventTime)} UTC` : "Deduplicated, newest first"}
    >
      <Answered
        answer={answer}
        what="trades"
        empty={() =>
          ticks.length === 0
            ? `No trades of ${symbol} in this range. Widen it, or wait: new trades show up by themselves.`
            : undefined
        }
      >
        {() => (
          <Table
            caption="Trades, newest first"
            testId="trades"
            tall
            rows={ticks}
            keyOf={tickKey}
            dataOf={({ side, seqId, price, size }) => ({
              "data-side": side,
              "data-seq": seqId,
              "data-price": price,
              "data-size": size,
            })}
            columns={[
              {
                head: "Time, UTC",
                rowHead: true,
                cell: ({ eventTime }) => <time dateTime={eventTime}>{formatClock(eventTime)}</time>,
              },
              {
                head: "Price",
                number: true,
                cell: ({ price, side }) => (
                  <span class="price-cell">
                    <span class="hidden">{side}</span>
                    {formatPrice(price, decimals)}
                  </span>
                ),
              },
              {
                head: "Size",
                number: true,
                cell: ({ size }) => formatVolume(size),
              },
              { head: "Exchange", minor: true, cell: ({ exchange }) => exchange },
            ]}
          />
        )}
      </Answered>
    </Panel>
  );
}
