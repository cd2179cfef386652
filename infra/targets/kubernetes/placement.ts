import type * as k8s from "@pulumi/kubernetes";
import type { Config } from "../../config.ts";

type PodSpec = k8s.types.input.core.v1.PodSpec;
type Labels = Readonly<Record<string, string>>;

const HOST = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";

/**
 * Keeps pods apart whose loss together would be a loss of data or of a majority, and spreads their kind over zones.
 * Zones are always a preference: a cluster may have one, and its nodes no label. Pure.
 * @param apart labels of those that must not share a machine
 * @param kind labels of all of their kind
 */
export function placement(
  antiAffinity: Config["antiAffinity"],
  apart: Labels,
  kind: Labels,
): Pick<PodSpec, "affinity" | "topologySpreadConstraints"> {
  const term = { topologyKey: HOST, labelSelector: { matchLabels: { ...apart } } };
  return {
    affinity: {
      podAntiAffinity:
        antiAffinity === "required"
          ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
          : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] },
    },
    topologySpreadConstraints: [ZONE, HOST].map((topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: { ...kind } },
    })),
  };
}
