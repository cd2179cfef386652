import { createApi, ProblemError, type SymbolsAnswer } from "./api.ts";
import { messageOf } from "./dom.ts";
import { type Inputs, readInputs, writeInputs } from "./inputs.ts";
import { createLiveChart } from "./live.ts";
import { createBenchmarkPanel } from "./panels/benchmarkPanel.ts";
import { createControls } from "./panels/controls.ts";
import { createDedupPanel } from "./panels/dedupPanel.ts";
import { createKeyForm } from "./panels/keyForm.ts";
import { createQueryLog } from "./panels/queryLog.ts";
import { showNotice, showOverlay, showStatus } from "./panels/status.ts";
import { nextDelayMs } from "./poller.ts";
import "./style.css";

const keyForm = createKeyForm(() => start());
const api = createApi(keyForm.read, createQueryLog());
const onError = (error: unknown): void => {
  if (!(error instanceof ProblemError)) return;
  if (error.status === 401) keyForm.ask();
  controls.mark(error.parameters);
};

const live = createLiveChart(api, onError);
const benchmark = createBenchmarkPanel(api, () => shown, onError);
const dedup = createDedupPanel(api, () => shown, onError);
const controls = createControls((inputs) => apply(inputs, "push"), live.lastMinute);

/** What is on the screen; the form may hold values that nobody applied yet. */
let shown: Inputs = readInputs(location.search);

function apply(inputs: Inputs, history: "push" | "replace" | "keep"): void {
  shown = inputs;
  controls.write(inputs);
  const url = writeInputs(inputs);
  if (history === "push" && url !== location.search) window.history.pushState(null, "", url);
  if (history === "replace") window.history.replaceState(null, "", url);
  benchmark.clear();
  dedup.clear();
  live.show(inputs);
}

/** Shows what the page's URL says. */
function start(): void {
  shown = readInputs(location.search);
  controls.write(shown);
  if (shown.symbol !== "") apply(shown, "keep");
  void loadSymbols();
}

/** Fills the symbol list, trying until it works; without a symbol in the URL, takes the one with the most ticks. */
async function loadSymbols(failures = 0): Promise<void> {
  const retry = (count: number) => setTimeout(() => void loadSymbols(count), nextDelayMs(count));
  try {
    const { symbols } = await api.get<SymbolsAnswer>("/symbols", {}, new AbortController().signal);
    controls.suggest(symbols);
    if (shown.symbol !== "") return;
    showNotice(undefined);
    const busiest = symbols.toSorted((a, b) => b.ticks - a.ticks)[0];
    if (busiest !== undefined) return apply({ ...shown, symbol: busiest.symbol }, "replace");
    showStatus("empty");
    showOverlay(
      "No ticks yet. Send some with “npm run produce -- simulate”; the page looks again by itself.",
    );
    retry(1);
  } catch (error) {
    onError(error);
    showNotice(messageOf(error));
    if (shown.symbol === "") {
      showStatus("error");
      showOverlay("Nothing to show yet: see the message above.");
    }
    // With a wrong key, the next one that the user gives starts again.
    if (!(error instanceof ProblemError && error.isFinal)) retry(failures + 1);
  }
}

window.addEventListener("popstate", start);
start();
