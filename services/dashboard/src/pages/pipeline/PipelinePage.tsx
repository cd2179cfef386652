import type { AuditAnswer, PipelineAnswer } from "../../api/types.ts";
import { formatBytes, formatCount, formatSecond } from "../../format.ts";
import { useAnswer } from "../../state/useAnswer.ts";
import { Answered } from "../../ui/Answered.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Table } from "../../ui/Table.tsx";
import { AuditPanel } from "./AuditPanel.tsx";
import { DeadLettersPanel } from "./DeadLettersPanel.tsx";
import { Problems } from "./Problems.tsx";
import { Stages } from "./Stages.tsx";

const POLL_MS = 5_000;
const AUDIT_POLL_MS = 15_000;

/** Every stage from the exchange to the bars, and what was lost on the way. */
export function PipelinePage() {
  const pipeline = useAnswer<PipelineAnswer>("/pipeline", {}, { pollMs: POLL_MS });
  const audit = useAnswer<AuditAnswer>("/audit", {}, { pollMs: AUDIT_POLL_MS });
  return (
    <>
      <Panel
        title="Stages"
        note={
          pipeline.data
            ? `As of ${formatSecond(pipeline.data.time)} UTC; rates over the last minute`
            : "From the exchange to the bars"
        }
      >
        <Answered answer={pipeline} what="the pipeline">
          {(data) => (
            <>
              <Stages pipeline={data} />
              <Problems texts={data.problems} />
            </>
          )}
        </Answered>
      </Panel>
      <div class="columns">
        <AuditPanel answer={audit} />
        <Panel title="Partitions and nodes" note="Where messages wait, and where rows lie">
          <Answered answer={pipeline} what="partitions">
            {(data) => <Tables pipeline={data} />}
          </Answered>
        </Panel>
      </div>
      <DeadLettersPanel summary={pipeline.data?.deadLetters ?? undefined} />
    </>
  );
}

function Tables({ pipeline: { partitions, nodes } }: { pipeline: PipelineAnswer }) {
  return (
    <>
      {partitions === null ? (
        <p class="placeholder">Kafka can’t be asked for its partitions; the stages say why.</p>
      ) : (
        <Table
          caption="Partitions of the topic"
          testId="partitions"
          rows={partitions}
          keyOf={({ partition }) => String(partition)}
          columns={[
            { head: "Partition", rowHead: true, cell: ({ partition }) => partition },
            { head: "End", number: true, cell: ({ endOffset }) => formatCount(endOffset) },
            { head: "Committed", number: true, cell: ({ committedOffset }) => countOrDash(committedOffset) },
            {
              head: "Lag",
              number: true,
              cell: ({ lag }) => (
                <span data-value={lag} class={lag > 0 ? "warn" : undefined}>
                  {formatCount(lag)}
                </span>
              ),
            },
          ]}
        />
      )}
      <Table
        caption="Nodes of ClickHouse"
        testId="nodes"
        rows={nodes}
        keyOf={({ name }) => name}
        columns={[
          { head: "Node", rowHead: true, cell: ({ name }) => name },
          { head: "Shard", cell: ({ shard, replica }) => `${shard ?? "–"} / ${replica ?? "–"}` },
          {
            head: "State",
            cell: ({ up }) => (
              <span class="badge" data-state={up ? "good" : "bad"}>
                {up ? "up" : "down"}
              </span>
            ),
          },
          { head: "Parts", number: true, cell: ({ parts }) => countOrDash(parts) },
          { head: "Rows", number: true, cell: ({ rows }) => countOrDash(rows) },
          {
            head: "Bytes",
            number: true,
            minor: true,
            cell: ({ bytes }) => (bytes === null ? "–" : formatBytes(bytes)),
          },
        ]}
      />
    </>
  );
}

const countOrDash = (count: number | string | null): string => (count === null ? "–" : formatCount(count));
