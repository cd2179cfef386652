import { type Api, type Bar, type BarsAnswer, ProblemError } from "./api.ts";
import { type CandleChart, createCandleChart } from "./chart.ts";
import { byId, messageOf } from "./dom.ts";
import { priceDecimals } from "./format.ts";
import { type Inputs, toParameters } from "./inputs.ts";
import { showNotice, showOverlay, showStatus } from "./panels/status.ts";
import { showLegend, showTape } from "./panels/tape.ts";
import { Poller } from "./poller.ts";
import { BarSeries } from "./series.ts";

/** Every so many polls everything is asked for, which brings late ticks of older minutes. */
const WHOLE_EVERY = 15;

export interface LiveChart {
  /** Shows other inputs, from the beginning. */
  show(inputs: Inputs): void;
  /** The newest minute on the screen. */
  readonly lastMinute: () => string | undefined;
}

/** The chart and the figures above it, kept up to date by polling. */
export function createLiveChart(api: Api, onError: (error: unknown) => void): LiveChart {
  const chart = createCandleChart(byId("chart", HTMLElement));
  let view: View | undefined;
  chart.onHover((minute) => view?.hover(minute));

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) view?.pause();
    else view?.resume();
  });

  return {
    show(inputs) {
      view?.stop();
      view = new View(api, chart, inputs, onError);
      if (document.hidden) view.pause();
      else view.resume();
    },
    lastMinute: () => view?.last?.minute,
  };
}

/** One set of inputs on the screen, from the first answer to the last. */
class View {
  readonly #series: BarSeries;
  readonly #poller: Poller;
  #polls = 0;
  #stopped = false;
  #hovered: string | undefined;

  constructor(
    readonly api: Api,
    readonly chart: CandleChart,
    readonly inputs: Inputs,
    onError: (error: unknown) => void,
  ) {
    this.#series = new BarSeries(inputs.limit);
    this.#poller = new Poller({
      poll: (signal) => this.#poll(signal),
      onError: (error, retryInMs) => {
        this.#showError(error, retryInMs);
        onError(error);
      },
    });
    chart.draw({ kind: "replace" }, [], 2);
    showTape(inputs.symbol, [], 2);
    showLegend(undefined, 2);
    showNotice(undefined);
    showOverlay("Loading bars…");
  }

  get last(): Bar | undefined {
    return this.#series.last;
  }

  resume(): void {
    if (this.#stopped) return;
    if (this.#series.last === undefined) showStatus("loading");
    this.#poller.resume();
  }

  pause(): void {
    if (this.#stopped) return;
    this.#poller.pause();
    showStatus("paused", "tab hidden");
  }

  stop(): void {
    this.#stopped = true;
    this.#poller.stop();
  }

  hover(minute: string | undefined): void {
    this.#hovered = minute;
    this.#showLegend(this.#series.bars);
  }

  async #poll(signal: AbortSignal): Promise<void> {
    const last = this.#series.last;
    const whole = this.#polls++ % WHOLE_EVERY === 0 || last === undefined;
    const parameters = toParameters(this.inputs);
    // The last minute again: it may still be growing.
    const since = whole ? parameters : { ...parameters, from: last.minute };
    const answer = await this.api.get<BarsAnswer>("/backtest/fast", since, signal);
    if (signal.aborted) return;
    const first = this.#series.last === undefined;
    const change = this.#series.take(answer.bars, whole);
    const bars = this.#series.bars;
    const decimals = priceDecimals(bars);
    this.chart.draw(change, bars, decimals);
    if (first && bars.length > 0) this.chart.fit();
    if (change.kind !== "none" || bars.length === 0) showTape(this.inputs.symbol, bars, decimals);
    this.#showLegend(bars);
    showNotice(undefined);
    if (bars.length > 0) {
      showStatus("live");
      showOverlay(undefined);
    } else {
      showStatus("empty");
      showOverlay(
        `No trades of ${this.inputs.symbol} in this range. Widen the range or check the symbol; new trades show up here by themselves.`,
      );
    }
  }

  #showLegend(bars: readonly Bar[]): void {
    const bar = bars.find(({ minute }) => minute === this.#hovered) ?? bars.at(-1);
    showLegend(bar, priceDecimals(bars));
  }

  #showError(error: unknown, retryInMs: number): void {
    const hasBars = this.#series.last !== undefined;
    showNotice(messageOf(error));
    if (error instanceof ProblemError && error.isFinal) {
      this.stop();
      showStatus("error");
      if (!hasBars) showOverlay("Nothing to show: see the message above.");
      return;
    }
    showStatus(hasBars ? "stale" : "error", `retry in ${Math.round(retryInMs / 1000)} s`);
    if (!hasBars) showOverlay("Nothing to show yet: see the message above.");
  }
}
