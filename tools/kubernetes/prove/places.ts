import { MEMBER_LABEL, SHARD_LABEL } from "../../../infra/targets/kubernetes/names.ts";
import { groupBy } from "../../drill/groupBy.ts";
import { type Finding, finding, silent } from "./finding.ts";
import { type ProvenStack, podsOf } from "./stack.ts";

const ENSEMBLES = ["kafka", "keeper", "clickhouse"] as const;
const ZONE = "topology.kubernetes.io/zone";

/** Members whose loss together would be one of data or of a majority are on machines, and if there are any in zones, apart. */
export async function provePlaces(stack: ProvenStack): Promise<Finding[]> {
  const { items } = await stack.core.listNode();
  const zoneOf = new Map(items.map(({ metadata }) => [metadata?.name, metadata?.labels?.[ZONE]]));
  const zones = new Set([...zoneOf.values()].filter((zone) => zone !== undefined));
  const problems: string[] = [];
  const zoneProblems: string[] = [];
  for (const role of ENSEMBLES) {
    const groups = groupBy(
      await podsOf(stack, role),
      ({ metadata }) => metadata?.labels?.[SHARD_LABEL] ?? role,
    );
    for (const [group, pods] of groups) {
      const names = pods.map(({ metadata }) => metadata?.labels?.[MEMBER_LABEL]).join(", ");
      const machines = new Set(pods.map(({ spec }) => spec?.nodeName));
      if (machines.size < pods.length)
        problems.push(`${role} ${group}: ${names} share ${machines.size} machine(s)`);
      const inZones = new Set(pods.map(({ spec }) => zoneOf.get(spec?.nodeName)));
      if (inZones.size < Math.min(pods.length, zones.size))
        zoneProblems.push(`${role} ${group}: ${names} in ${inZones.size} zone(s)`);
    }
  }
  const claim = "members are in zones apart";
  return [
    finding("members are on machines apart", problems, `${items.length} machines`),
    zones.size < 2
      ? silent(claim, `machines name ${zones.size} zone(s)`)
      : finding(claim, zoneProblems, `${zones.size} zones`),
  ];
}

/** A machine that is emptied takes one member of an ensemble at a time. */
export async function proveBudgets(stack: ProvenStack): Promise<Finding> {
  const { items } = await stack.policy.listNamespacedPodDisruptionBudget({ namespace: stack.namespace });
  const problems = items
    .filter(
      ({ status }) =>
        status === undefined ||
        status.disruptionsAllowed !== 1 ||
        status.currentHealthy !== status.expectedPods,
    )
    .map(
      ({ metadata, status }) =>
        `${metadata?.name}: ${status?.currentHealthy} of ${status?.expectedPods} healthy, ${status?.disruptionsAllowed} may go`,
    );
  return finding("one member of an ensemble may be evicted at a time", problems, `${items.length} budgets`);
}
