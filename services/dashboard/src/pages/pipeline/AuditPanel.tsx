import type { AuditAnswer } from "../../api/types.ts";
import { formatCount } from "../../format.ts";
import type { Answer } from "../../state/useAnswer.ts";
import { Answered } from "../../ui/Answered.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Table } from "../../ui/Table.tsx";
import { Problems } from "./Problems.tsx";

const TONES: Readonly<Record<string, string>> = { complete: "good", incomplete: "bad" };

/** Whether every message that was read from Kafka is stored. */
export function AuditPanel({ answer }: { answer: Answer<AuditAnswer> }) {
  return (
    <Panel title="Audit" note="Kafka’s offsets against what is stored: is every message accounted for?">
      <Answered answer={answer} what="the audit">
        {({ verdict, problems, partitions }) => (
          <>
            <p
              class="verdict"
              role="status"
              data-state={TONES[verdict] ?? "warn"}
              data-testid="audit-verdict"
              data-value={verdict}
            >
              Verdict: {verdict}
            </p>
            <Problems texts={problems} />
            <Table
              caption="Audit of each partition"
              testId="audit"
              rows={partitions}
              keyOf={({ partition }) => String(partition)}
              columns={[
                { head: "Partition", rowHead: true, cell: ({ partition }) => partition },
                { head: "Stored", number: true, cell: ({ stored }) => formatCount(stored) },
                {
                  head: "Dead-lettered",
                  number: true,
                  cell: ({ deadLettered }) => formatCount(deadLettered),
                },
                { head: "Pending", number: true, cell: ({ pending }) => formatCount(pending) },
                {
                  head: "Missing",
                  number: true,
                  cell: ({ missing }) => (
                    <span class={Number(missing) > 0 ? "bad" : undefined} data-value={missing}>
                      {formatCount(missing)}
                    </span>
                  ),
                },
              ]}
            />
          </>
        )}
      </Answered>
    </Panel>
  );
}
