import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import type { SymbolsAnswer } from "../api/types.ts";
import { BenchmarkPage } from "../pages/benchmark/BenchmarkPage.tsx";
import { ChartPage } from "../pages/chart/ChartPage.tsx";
import { DedupPage } from "../pages/dedup/DedupPage.tsx";
import { PipelinePage } from "../pages/pipeline/PipelinePage.tsx";
import { QueriesPage } from "../pages/queries/QueriesPage.tsx";
import { TapePage } from "../pages/tape/TapePage.tsx";
import { keyNeeded } from "../state/session.ts";
import { effectiveTheme, navigate, view } from "../state/store.ts";
import { symbols } from "../state/symbols.ts";
import { useAnswer } from "../state/useAnswer.ts";
import type { Page } from "../state/view.ts";
import { Problem } from "../ui/Answered.tsx";
import { KeyForm } from "../ui/KeyForm.tsx";
import { SymbolPicker } from "../ui/SymbolPicker.tsx";
import { Navigation, TITLES } from "./Navigation.tsx";
import { Status } from "./Status.tsx";
import { ThemeToggle } from "./ThemeToggle.tsx";

const SYMBOLS_POLL_MS = 60_000;
/** While there is not a single symbol, the first one is looked for. */
const FIRST_SYMBOL_POLL_MS = 3_000;

/** Pages that show one symbol. */
const PER_SYMBOL: readonly Page[] = ["chart", "tape", "benchmark", "dedup"];

const CONTENTS: Readonly<Record<Page, ComponentType>> = {
  chart: ChartPage,
  tape: TapePage,
  benchmark: BenchmarkPage,
  dedup: DedupPage,
  pipeline: PipelinePage,
  queries: QueriesPage,
};

export function App() {
  const { page, symbol } = view.value;
  const known = symbols.value;
  const answer = useAnswer<SymbolsAnswer>(
    "/symbols",
    {},
    { pollMs: known?.length === 0 ? FIRST_SYMBOL_POLL_MS : SYMBOLS_POLL_MS },
  );
  const { data } = answer;
  useEffect(() => {
    if (data === undefined) return;
    const busiestFirst = data.symbols.toSorted((a, b) => b.ticks - a.ticks);
    symbols.value = busiestFirst;
    const first = busiestFirst[0];
    if (view.peek().symbol === "" && first !== undefined) navigate({ symbol: first.symbol }, "replace");
  }, [data]);
  useShortcuts();
  useEffect(() => {
    document.documentElement.dataset["theme"] = effectiveTheme.value;
  }, [effectiveTheme.value]);
  useEffect(() => {
    document.title = `${TITLES[page]}${symbol === "" ? "" : ` · ${symbol}`} · Tickhouse`;
  }, [page, symbol]);

  const Content = CONTENTS[page];
  const needsSymbol = PER_SYMBOL.includes(page);
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Navigation />
      <div class="frame">
        <header class="topbar">
          <h1>{TITLES[page]}</h1>
          {needsSymbol && <SymbolPicker />}
          <div class="topbar-end">
            <Status />
            <ThemeToggle />
          </div>
        </header>
        {keyNeeded.value && <KeyForm />}
        <main id="content" class={`page page-${page}`} tabIndex={-1}>
          {needsSymbol && symbol === "" ? (
            <NoSymbol answer={answer} />
          ) : (
            <Safe key={page}>
              <Content />
            </Safe>
          )}
        </main>
        <footer>
          <a href="openapi.json">openapi.json</a>
          <a href="docs">API docs</a>
          <a href="metrics">metrics</a>
          <span>
            Charts: TradingView Lightweight Charts™ © 2025{" "}
            <a href="https://www.tradingview.com/" rel="noreferrer">
              TradingView, Inc.
            </a>
            , uPlot
          </span>
        </footer>
      </div>
    </>
  );
}

/** Keeps an error of one page from taking the others with it. */
function Safe({ children }: { children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary();
  if (error === undefined) return <>{children}</>;
  // Whoever watches the console sees it with its stack.
  reportError(error);
  return <Problem error={error} retry={reset} />;
}

function NoSymbol({ answer }: { answer: ReturnType<typeof useAnswer<SymbolsAnswer>> }) {
  if (answer.error !== undefined) return <Problem {...answer} />;
  return (
    <p class="placeholder" role="status">
      {answer.data === undefined ? (
        "Loading symbols…"
      ) : (
        <>
          No ticks yet. Send some with <code>npm run produce -- simulate</code>; the page looks again by
          itself.
        </>
      )}
    </p>
  );
}

/** `/` focuses the symbol, unless one is typing. */
function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
      const input = document.querySelector<HTMLInputElement>("[role=combobox]");
      if (event.key !== "/" || typing || input === null || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      input.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
