import { Command, InvalidArgumentError } from "commander";
import { CONSUMER_GROUP } from "../infra/kafka/names.ts";
import {
  type Audit,
  auditJson,
  type KafkaOptions,
  type Node,
  openNode,
  readSequences,
  type Sequences,
  sequencesJson,
} from "../services/audit/src/index.ts";
import { openStack } from "./owner.ts";
import { prepareState } from "./prepare.ts";
import { runTool, say } from "./report.ts";
import { stackOption } from "./stackOption.ts";
import { accountTable, missingLines, verdictLine } from "./verify/report.ts";
import { verify } from "./verify/run.ts";
import { sequenceLines } from "./verify/sequenceReport.ts";

interface Options {
  readonly stack: string;
  readonly json: boolean;
  readonly wait: boolean;
  readonly heal: boolean;
  readonly sequences: boolean;
  readonly gaps: number;
}

const LISTED_RANGES = 50;

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("accepted: a whole number from 0 to 999999");
}

const program = new Command("verify")
  .description(
    "Proves from Kafka's offsets that nothing was lost. Exit code 0 when nothing is missing; 1 when something is, or it can't be told.",
  )
  .addOption(stackOption())
  .option("--json", "print the whole result as JSON", false)
  .option("--wait", "first wait until everything that Kafka has now was read", false)
  .option("--heal", "fetch what is missing from Kafka, where Kafka still has it, and insert it once", false)
  .option("--no-sequences", "leave the sources' own numbers out")
  .option("--gaps <count>", "gaps to list of each sequence", wholeNumber, 10)
  .parse();

await runTool(async () => {
  const options = program.opts<Options>();
  const { outputs, nodesAs, kafkaLogin } = await openStack(await prepareState(), options.stack);
  const [auditors, ingestors] = [nodesAs("audit"), nodesAs("ingest")];
  const kafka: KafkaOptions = {
    bootstrap: outputs.kafkaBootstrap,
    topic: outputs.kafkaTopic,
    group: CONSUMER_GROUP,
    login: kafkaLogin("audit"),
  };
  const nodes = auditors.map(({ node, ...rest }) => openNode({ ...rest, name: node }));
  try {
    const audit = await verify({ kafka, auditors, ingestors, nodes }, options);
    const sequences = options.sequences ? await sequencesOf(nodes, options.gaps) : undefined;
    if (options.json)
      console.log(
        JSON.stringify(
          { ...auditJson(audit), ...(sequences && { sequences: sequencesJson(sequences) }) },
          null,
          2,
        ),
      );
    else print(audit, sequences);
    process.exitCode = audit.verdict === "complete" ? 0 : 1;
  } finally {
    await Promise.all(nodes.map((node) => node.close()));
  }
});

/** They are about the sources: without them the audit is as good. */
async function sequencesOf([node]: readonly Node[], gaps: number): Promise<Sequences | undefined> {
  if (node === undefined) return undefined;
  return readSequences(node, { gaps }).catch((error: Error) => {
    say(`the sources' own numbers can't be told: ${error.message}`);
    return undefined;
  });
}

function print(audit: Audit, sequences: Sequences | undefined): void {
  console.log(accountTable(audit));
  for (const line of missingLines(audit, LISTED_RANGES)) console.log(line);
  if (sequences !== undefined) for (const line of sequenceLines(sequences)) console.log(line);
  if (audit.barsPending > 0) console.log(`${audit.barsPending} minute(s) wait for their exact bars`);
  console.log(verdictLine(audit));
}
