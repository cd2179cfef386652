import { useEffect, useMemo, useState } from "preact/hooks";
import type { AlignedData } from "uplot";
import type { PipelineAnswer, Stage } from "../../api/types.ts";
import { formatCount, formatMs, formatRate } from "../../format.ts";
import { Plot } from "../../ui/Plot.tsx";
import type { ColorName } from "../../ui/palette.ts";
import { Value } from "../../ui/Value.tsx";
import { type Look, noteLook, STAGES, stageState } from "./stageHistory.ts";

const PLOTTED = [
  ["ingest", "accent"],
  ["ticks", "series-4"],
  ["bars", "series-2"],
] as const satisfies readonly (readonly [string, ColorName])[];

/** The stages in order, and their rates since the page was opened. */
export function Stages({ pipeline }: { pipeline: PipelineAnswer }) {
  const [looks, setLooks] = useState<readonly Look[]>([]);
  useEffect(() => setLooks((before) => noteLook(before, pipeline)), [pipeline]);
  const data = useMemo<AlignedData>(
    () => [
      looks.map(({ at }) => at),
      ...PLOTTED.map(([name]) => looks.map(({ rates }) => rates[name] ?? null)),
    ],
    [looks],
  );
  return (
    <>
      <ol class="stages">
        {pipeline.stages.map((stage) => (
          <StageCard key={stage.name} stage={stage} />
        ))}
      </ol>
      <Plot
        label="Rate of ingest, ticks and bars since this page was opened; the stages above have the numbers"
        time
        minSpan={300}
        height={10}
        data={data}
        series={PLOTTED.map(([name, color]) => ({
          label: STAGES[name]?.title ?? name,
          color,
          format: formatRate,
        }))}
      />
    </>
  );
}

const WORDS = { behind: "behind", busy: "at work", idle: "at rest" } as const;

function StageCard({ stage }: { stage: Stage }) {
  const { name, rate, lag, lagUnit, latencyMs } = stage;
  const state = stageState(stage);
  const { title, what } = STAGES[name] ?? { title: name, what: "" };
  return (
    <li class="stage" data-state={state} data-testid={`stage-${name}`}>
      <h3>
        {title}
        <span class="badge" data-state={state}>
          {WORDS[state]}
        </span>
      </h3>
      <p class="muted">{what}</p>
      <dl>
        <div>
          <dt>Rate</dt>
          <dd>
            <Value id={`rate-${name}`} value={rate} text={formatRate(rate ?? 0)} />
          </dd>
        </div>
        <div>
          <dt>Lag</dt>
          <dd>
            <Value id={`lag-${name}`} value={lag} text={`${formatCount(lag ?? 0)} ${lagUnit ?? ""}`} />
          </dd>
        </div>
        <div>
          <dt>
            Latency <abbr title="the median">p50</abbr>
          </dt>
          <dd>
            <Value id={`p50-${name}`} value={latencyMs?.p50} text={formatMs(latencyMs?.p50 ?? 0)} />
          </dd>
        </div>
        <div>
          <dt>
            Latency <abbr title="the 99th percentile">p99</abbr>
          </dt>
          <dd>
            <Value id={`p99-${name}`} value={latencyMs?.p99} text={formatMs(latencyMs?.p99 ?? 0)} />
          </dd>
        </div>
      </dl>
    </li>
  );
}
