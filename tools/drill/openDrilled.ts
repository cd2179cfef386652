import { openStack } from "../owner.ts";
import { type Prepared, prepareState } from "../prepare.ts";
import { targetOf } from "../stacks.ts";
import { dockerServers } from "./faults/dockerServers.ts";
import { kubernetesServers } from "./faults/kubernetesServers.ts";
import { localServers } from "./faults/localServers.ts";
import { type FaultKind, possibleKinds } from "./faults/plan.ts";
import type { Servers } from "./faults/servers.ts";
import type { DrillOptions } from "./options.ts";
import { Restoration } from "./restoration.ts";
import type { Drilled } from "./round.ts";
import { Topic } from "./topic.ts";

/** A running stack, as the drill works on it. */
export async function openDrilled(stack: string, signal: AbortSignal): Promise<Drilled> {
  const prepared = await prepareState();
  const { outputs, nodes, kafkaLogin } = await openStack(prepared, stack);
  return {
    outputs,
    nodes,
    servers: await serversOf(prepared, stack),
    topic: new Topic(outputs.kafkaBootstrap, outputs.kafkaTopic, kafkaLogin("audit")),
    producerLogin: kafkaLogin("producer"),
    restoration: new Restoration(),
    signal,
  };
}

function serversOf(prepared: Prepared, stack: string): Promise<Servers> {
  const target = targetOf(stack);
  if (target === "local") return localServers(prepared, stack);
  if (target === "docker") return dockerServers(stack);
  if (target === "kubernetes") return kubernetesServers(stack);
  throw new Error(`stack ${stack} is on target ${target}; accepted: a stack on local, docker or kubernetes`);
}

/** Kinds that were asked for, where the stack has the parts for them; else all that it has the parts for. */
export function kindsOf({ faults, stack }: DrillOptions, { names, canPause }: Servers): FaultKind[] {
  const possible = possibleKinds({ ...names, producer: ["producer"] }, canPause);
  const impossible = (faults ?? []).filter((kind) => !possible.includes(kind));
  if (impossible.length > 0)
    throw new Error(
      `stack ${stack} can't be hurt by ${impossible.join(", ")}; accepted: ${possible.join(", ")}`,
    );
  return [...(faults ?? possible)];
}
