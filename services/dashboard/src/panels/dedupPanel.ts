import type { Api, CountAnswer } from "../api.ts";
import { byId, byTestId, messageOf, setShare, show } from "../dom.ts";
import { formatCount, formatMs, formatShare } from "../format.ts";
import type { Inputs } from "../inputs.ts";
import { createRunButton } from "./runButton.ts";

interface Counts {
  readonly raw: number;
  readonly final: number;
}

/** Wires the deduplication counts; `clear` forgets them when the symbol changes. */
export function createDedupPanel(
  api: Api,
  inputs: () => Inputs,
  onError: (error: unknown) => void,
): { clear(): void } {
  const button = byId("dedup-run", HTMLButtonElement);
  const note = byId("dedup-note", HTMLElement);

  const say = (text: string, state: "idle" | "busy" | "good" | "bad"): void => {
    note.dataset["state"] = state;
    note.textContent = text;
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    const { symbol } = inputs();
    say("Counting…", "busy");
    // One after the other: a tick that arrives in between may then only make the distinct count the larger one.
    const raw = await api.get<CountAnswer>("/dedup/raw_count", { symbol }, signal);
    const final = await api.get<CountAnswer>("/dedup/final_count", { symbol }, signal);
    showCounts({ raw: raw.count, final: final.count });
    const cost = `${formatMs(raw.stats.elapsedMs)} raw, ${formatMs(final.stats.elapsedMs)} with FINAL`;
    if (raw.count === 0) say(`No ticks of ${symbol}. Check the symbol, or send some.`, "idle");
    else say(`Counted in ${cost}. Removed: duplicates, replaced versions, busted trades.`, "idle");
  };

  const runButton = createRunButton(button, run, (error) => {
    say(messageOf(error), "bad");
    onError(error);
  });

  return {
    clear() {
      runButton.abort();
      showCounts(undefined);
      say("Count to see duplicates, replaced versions and busted trades go.", "idle");
    },
  };
}

function showCounts(counts: Counts | undefined): void {
  // Ticks that arrive between the two counts may make the second one larger.
  const removed = counts === undefined ? undefined : Math.max(0, counts.raw - counts.final);
  const part =
    counts === undefined || removed === undefined || counts.raw === 0 ? undefined : removed / counts.raw;
  show(byTestId("dedup-raw"), counts?.raw, formatCount(counts?.raw ?? 0));
  show(byTestId("dedup-final"), counts?.final, formatCount(counts?.final ?? 0));
  show(byTestId("dedup-removed"), removed, formatCount(removed ?? 0));
  show(byTestId("dedup-share"), part, formatShare(part ?? 0));
  if (part === undefined) byTestId("dedup-share").textContent = "";
  setShare(byId("dedup-kept-bar", HTMLElement), part === undefined ? 0 : 1 - part);
  setShare(byId("dedup-removed-bar", HTMLElement), part ?? 0);
}
