import { parser } from "@prometheus-io/lezer-promql";

/** Names of the metrics that a PromQL expression reads, by Prometheus' own grammar. @throws where it is no PromQL */
export function metricsIn(expression: string): string[] {
  const names = new Set<string>();
  parser.parse(expression).iterate({
    enter({ type, from, to, node }) {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${expression}`);
      if (type.name === "Identifier" && node.parent?.type.name === "VectorSelector")
        names.add(expression.slice(from, to));
    },
  });
  return [...names];
}
