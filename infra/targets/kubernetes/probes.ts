import type * as k8s from "@pulumi/kubernetes";

type Probe = k8s.types.input.core.v1.Probe;
/** How a probe asks; the rest is when. */
export type Question = Pick<Probe, "exec" | "httpGet" | "tcpSocket">;

export interface Probes {
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}

/** How long a server may take to start: to load years of parts, or to recover a log. */
const START_SECONDS = 3_600;
const START_PERIOD_SECONDS = 2;

/**
 * Readiness is asked often and decides nothing but who is sent requests. Liveness begins when the server has started once,
 * and wants two minutes of silence: a node that merges, migrates or waits for a quorum is not to be killed for it. Pure.
 * @param ready whether it can serve
 * @param alive whether its process still answers
 */
export const probes = (ready: Question, alive: Question = ready): Probes => ({
  startupProbe: {
    ...ready,
    periodSeconds: START_PERIOD_SECONDS,
    failureThreshold: START_SECONDS / START_PERIOD_SECONDS,
    timeoutSeconds: 5,
  },
  readinessProbe: { ...ready, periodSeconds: 3, failureThreshold: 3, timeoutSeconds: 5 },
  livenessProbe: { ...alive, periodSeconds: 20, failureThreshold: 6, timeoutSeconds: 10 },
});
