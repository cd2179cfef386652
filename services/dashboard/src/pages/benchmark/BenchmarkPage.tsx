import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { AlignedData } from "uplot";
import type { BenchmarkAnswer } from "../../api/types.ts";
import { formatMs } from "../../format.ts";
import { api } from "../../state/session.ts";
import { navigate, view } from "../../state/store.ts";
import { toInstant } from "../../state/view.ts";
import { Problem } from "../../ui/Answered.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Plot } from "../../ui/Plot.tsx";
import { RangeFields } from "../../ui/RangeFields.tsx";
import { BenchmarkFigures } from "./BenchmarkFigures.tsx";
import { addRound, allRuns, type Round } from "./rounds.ts";
import { Verdict } from "./Verdict.tsx";

/** Bars from aggregates against bars from every tick: times, rows and equality over repeated runs. */
export function BenchmarkPage() {
  const { symbol, from, to, limit, runs } = view.value;
  const question = { symbol, from: toInstant(from), to: toInstant(to), limit, runs };
  const { rounds, running, error, run } = useRounds(question);
  const newest = rounds.at(-1)?.answer;
  const data = useMemo<AlignedData>(() => {
    const fast = allRuns(rounds, "fast");
    return [fast.map((_, index) => index + 1), [...fast], [...allRuns(rounds, "slow")]];
  }, [rounds]);
  return (
    <>
      <Panel
        title="Fast against slow"
        note={`One-minute bars of ${symbol}: from the aggregates, and from every deduplicated tick`}
        actions={
          <button type="button" class="primary" data-testid="bench-run" disabled={running} onClick={run}>
            {running ? "Running…" : rounds.length === 0 ? "Run" : "Run again"}
          </button>
        }
      >
        <div class="toolbar">
          <RangeFields />
          <NumberField name="limit" label="Bars" max={10_000} value={limit} />
          <NumberField name="runs" label="Runs" max={20} value={runs} />
        </div>
        {error !== undefined && <Problem error={error} retry={run} stale={newest !== undefined} />}
        {newest === undefined ? (
          <p class="placeholder" role="status">
            {running
              ? `${runs} runs of each side…`
              : "Run to let both sides answer in turn, and to compare their answers bar by bar."}
          </p>
        ) : (
          <>
            <Verdict answer={newest} symbol={symbol} />
            <BenchmarkFigures answer={newest} />
          </>
        )}
      </Panel>
      {newest !== undefined && (
        <Panel
          title="Every run"
          note={`Time inside ClickHouse, logarithmic; ${rounds.length === 1 ? "one round" : `${rounds.length} rounds`}`}
        >
          <Plot
            label="Time of each run, fast beside slow; the table above has the medians"
            data={data}
            logarithmic
            x={{ label: "Run", format: (run) => (Number.isInteger(run) ? String(run) : "") }}
            height={16}
            series={[
              { label: "Fast", color: "accent", kind: "both", format: formatMs },
              { label: "Slow", color: "series-2", kind: "both", format: formatMs },
            ]}
          />
        </Panel>
      )}
    </>
  );
}

interface NumberFieldProps {
  readonly name: "limit" | "runs";
  readonly label: string;
  readonly max: number;
  readonly value: number;
}

function NumberField({ name, label, max, value }: NumberFieldProps) {
  return (
    <label class="field field-number">
      <span>{label}</span>
      <input
        type="number"
        data-testid={`${name}-input`}
        min={1}
        max={max}
        required
        value={value}
        onChange={({ currentTarget }) => {
          if (currentTarget.reportValidity()) navigate({ [name]: currentTarget.valueAsNumber });
        }}
      />
    </label>
  );
}

type Question = Readonly<Record<string, string | number | undefined>>;

/** Runs on demand; another question forgets the rounds and ends the run that is under way. */
function useRounds(question: Question) {
  const key = JSON.stringify(question);
  const [rounds, setRounds] = useState<readonly Round[]>([]);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>();
  const controller = useRef<AbortController>(undefined);

  // another question begins anew
  useEffect(() => {
    setRounds([]);
    setError(undefined);
    setRunning(false);
    return () => controller.current?.abort();
  }, [key]);

  const run = async (): Promise<void> => {
    const own = new AbortController();
    controller.current = own;
    setRunning(true);
    setError(undefined);
    try {
      const answer = await api.get<BenchmarkAnswer>("/benchmark", question, own.signal);
      if (!own.signal.aborted) setRounds((before) => addRound(before, { key, at: Date.now(), answer }));
    } catch (failure) {
      if (!own.signal.aborted) setError(failure);
    } finally {
      if (!own.signal.aborted) setRunning(false);
    }
  };
  return { rounds, running, error, run: () => void run() };
}
