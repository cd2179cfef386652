import { useEffect } from "preact/hooks";
import type { QuotesAnswer } from "../../api/types.ts";
import { formatClock, formatPrice, formatVolume, priceDecimals } from "../../format.ts";
import { useAnswer } from "../../state/useAnswer.ts";
import { Answered } from "../../ui/Answered.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Table } from "../../ui/Table.tsx";
import type { TapeRange } from "./useTrades.ts";

const SHOWN = 100;

/** The newest quotes: bid and ask of one moment beside each other. */
export function QuotesPanel({ range, heard }: { range: TapeRange; heard: number }) {
  const answer = useAnswer<QuotesAnswer>("/quotes", { ...range, limit: SHOWN });
  // asked again when the stream brought quotes
  useEffect(() => {
    if (heard > 0) answer.retry();
  }, [heard]);
  const decimals = priceDecimals((answer.data?.quotes ?? []).map(({ bid, ask }) => bid ?? ask ?? 0));
  const price = (value: number | null) => (value === null ? "–" : formatPrice(value, decimals));
  const size = (value: number | null) => (value === null ? "–" : formatVolume(value));
  return (
    <Panel title="Quotes" class="quotes" note="Best bid and ask, newest first">
      <Answered
        answer={answer}
        what="quotes"
        empty={({ quotes }) =>
          quotes.length === 0
            ? `No quotes of ${range.symbol} in this range: its feed may send trades only.`
            : undefined
        }
      >
        {({ quotes }) => (
          <Table
            caption="Quotes, newest first"
            testId="quotes"
            tall
            rows={quotes}
            keyOf={({ exchange, eventTime, seqId }) => `${exchange} ${eventTime} ${seqId}`}
            dataOf={({ seqId, bid, ask }) => ({
              "data-seq": seqId,
              "data-bid": bid ?? undefined,
              "data-ask": ask ?? undefined,
            })}
            columns={[
              { head: "Time, UTC", rowHead: true, cell: ({ eventTime }) => formatClock(eventTime) },
              { head: "Bid size", number: true, minor: true, cell: ({ bidSize }) => size(bidSize) },
              {
                head: "Bid",
                number: true,
                cell: ({ bid }) => <span class="up">{price(bid)}</span>,
              },
              {
                head: "Ask",
                number: true,
                cell: ({ ask }) => <span class="down">{price(ask)}</span>,
              },
              { head: "Ask size", number: true, minor: true, cell: ({ askSize }) => size(askSize) },
            ]}
          />
        )}
      </Answered>
    </Panel>
  );
}
