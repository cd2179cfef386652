import { useEffect } from "preact/hooks";
import type { Book, BookAnswer } from "../../api/types.ts";
import {
  formatCount,
  formatFigure,
  formatPrice,
  formatSecond,
  formatVolume,
  priceDecimals,
} from "../../format.ts";
import { useAnswer } from "../../state/useAnswer.ts";
import { Answered } from "../../ui/Answered.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Table } from "../../ui/Table.tsx";
import { Figures } from "../../ui/Value.tsx";
import { createLadder, spreadOf } from "./ladder.ts";

const LEVELS = 10;

interface BookPanelProps {
  readonly symbol: string;
  /** The moment; now when undefined. */
  readonly at: string | undefined;
  readonly heard: number;
}

/** The order book of each exchange as a depth ladder, and what its feed left out. */
export function BookPanel({ symbol, at, heard }: BookPanelProps) {
  const answer = useAnswer<BookAnswer>("/book", { symbol, at, levels: LEVELS });
  // asked again when the stream brought book events
  useEffect(() => {
    if (heard > 0) answer.retry();
  }, [heard]);
  return (
    <Panel
      title="Order book"
      class="book"
      note={answer.data ? `As of ${formatSecond(answer.data.at)} UTC` : "Rebuilt from its events"}
    >
      <Answered
        answer={answer}
        what="the order book"
        empty={({ books }) =>
          books.length === 0
            ? `No book events of ${symbol} up to this moment: its feed may send trades and quotes only.`
            : undefined
        }
      >
        {({ books }) => books.map((book) => <Ladder key={book.exchange} book={book} />)}
      </Answered>
    </Panel>
  );
}

function Ladder({ book }: { book: Book }) {
  const rows = createLadder(book);
  const decimals = priceDecimals(rows.map(({ price }) => price));
  const spread = spreadOf(book);
  const { count, ranges } = book.missing;
  const isWhole = Number(count) === 0;
  return (
    <div class="ladder" data-testid={`book-${book.exchange}`}>
      <h3>{book.exchange}</h3>
      {book.crossed && (
        <p class="verdict" data-state="bad">
          Crossed: the best bid is not below the best ask. Events are missing or out of order.
        </p>
      )}
      <Table
        caption={`Order book of ${book.exchange}: asks above bids`}
        rows={rows}
        keyOf={({ side, price }) => `${side} ${price}`}
        dataOf={({ side, price, size }) => ({ "data-side": side, "data-price": price, "data-size": size })}
        columns={[
          { head: "Side", minor: true, cell: ({ side }) => side },
          {
            head: "Price",
            number: true,
            rowHead: true,
            cell: ({ price }) => <span class="price-cell">{formatPrice(price, decimals)}</span>,
          },
          {
            head: "Size",
            number: true,
            cell: ({ size }) => formatVolume(size),
          },
          {
            head: "Total",
            number: true,
            cell: ({ total, share }) => (
              <span class="depth">
                <i class="depth-bar" aria-hidden="true" style={{ width: `${share * 100}%` }} />
                <span>{formatVolume(total)}</span>
              </span>
            ),
          },
        ]}
      />
      <Figures
        items={[
          { label: "Spread", id: `spread-${book.exchange}`, value: spread, text: formatFigure(spread ?? 0) },
          {
            label: "Events",
            id: `events-${book.exchange}`,
            value: book.events,
            text: formatCount(book.events),
          },
          {
            label: "Last event, UTC",
            id: `last-event-${book.exchange}`,
            value: book.lastEventTime,
            text: formatSecond(book.lastEventTime),
          },
        ]}
      />
      <p
        class="verdict"
        data-state={isWhole ? "good" : "warn"}
        data-testid={`missing-${book.exchange}`}
        data-value={count}
      >
        {isWhole
          ? "Every event of the sequence is there."
          : `${formatCount(count)} events never came: ${ranges
              .slice(0, 5)
              .map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`))
              .join(", ")}${ranges.length > 5 ? " and more" : ""}.`}
      </p>
    </div>
  );
}
