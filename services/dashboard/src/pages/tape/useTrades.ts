import { useEffect, useState } from "preact/hooks";
import type { Tick, TicksAnswer } from "../../api/types.ts";
import { type Answer, useAnswer } from "../../state/useAnswer.ts";
import { useStream } from "../../state/useStream.ts";
import { mergeTicks, TAPE_LENGTH } from "./tickList.ts";

export interface TapeRange {
  readonly symbol: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface Trades {
  readonly answer: Answer<TicksAnswer>;
  /** Newest first. */
  readonly ticks: readonly Tick[];
  /** Grows while quotes and book events come by the stream, at most once a second. */
  readonly heard: number;
}

const SHOW_MS = 250;
const HEARD_MS = 1_000;

/** The newest trades: asked for once, then streamed; drawn four times a second at most, however many come. */
export function useTrades(range: TapeRange): Trades {
  const answer = useAnswer<TicksAnswer>("/ticks", { ...range, type: "trade", limit: TAPE_LENGTH });
  const [buffer] = useState(() => new TickBuffer());
  const [ticks, setTicks] = useState<readonly Tick[]>([]);
  const [heard, setHeard] = useState(0);
  const { symbol, from, to } = range;

  // another range begins with nothing
  useEffect(() => {
    buffer.clear();
    setTicks([]);
  }, [symbol, from, to]);
  const { data } = answer;
  useEffect(() => {
    if (data !== undefined) setTicks((known) => mergeTicks(known, data.ticks));
  }, [data]);
  useEffect(() => {
    const show = setInterval(() => {
      const fresh = buffer.drain();
      if (fresh.length > 0) setTicks((known) => mergeTicks(known, fresh));
    }, SHOW_MS);
    const hear = setInterval(() => setHeard(buffer.others), HEARD_MS);
    return () => {
      clearInterval(show);
      clearInterval(hear);
    };
  }, [buffer]);

  // A range that has ended hears of nothing new.
  useStream({ symbol, channels: "ticks" }, to === undefined, {
    onEvent(name, event) {
      if (name === "tick") buffer.add(event as Tick);
    },
    // What came while nobody listened.
    onOpen: answer.retry,
  });
  return { answer, ticks, heard };
}

/** Ticks that came since the tape was drawn; of a flood only what the tape can show. */
class TickBuffer {
  #fresh: Tick[] = [];
  /** Quotes and book events so far. */
  others = 0;

  add(tick: Tick): void {
    if (tick.eventType !== "trade") this.others += 1;
    else if (this.#fresh.push(tick) > TAPE_LENGTH * 2) this.#fresh = this.#fresh.slice(-TAPE_LENGTH);
  }

  drain(): readonly Tick[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  clear(): void {
    this.#fresh = [];
  }
}
