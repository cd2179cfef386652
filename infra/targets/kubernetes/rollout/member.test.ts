import { describe, expect, it } from "vitest";
import { describe as describePod, stateOf } from "./member.ts";

const set = (status: object, generation = 2) => ({
  metadata: { generation, annotations: { "tickhouse.com/revision": "abc" } },
  spec: { replicas: 1, selector: {}, serviceName: "a", template: {} },
  status: {
    replicas: 1,
    observedGeneration: 2,
    updateRevision: "a-2",
    currentRevision: "a-2",
    readyReplicas: 1,
    ...status,
  },
});

describe("stateOf", () => {
  it.each([
    ["all is as wanted", {}, 2, true],
    ["the change was not seen yet", {}, 3, false],
    ["the old pod is still there", { currentRevision: "a-1" }, 2, false],
    ["the pod is not ready", { readyReplicas: 0 }, 2, false],
    ["there is no pod", { readyReplicas: undefined }, 2, false],
  ])("when %s", (_, status, generation, settled) => {
    expect(stateOf(set(status, generation))).toEqual({ revision: "abc", settled });
  });
});

describe("describe", () => {
  it("tells why a pod is not scheduled", () => {
    const conditions = [
      { type: "PodScheduled", status: "False", message: "0/1 nodes: Insufficient memory." },
    ];
    expect(describePod({ status: { phase: "Pending", conditions } })).toBe(
      "its pod is Pending; 0/1 nodes: Insufficient memory.",
    );
  });

  it("tells what a container waits for, and what it died of", () => {
    const container = {
      name: "a",
      image: "a",
      imageID: "",
      ready: false,
      restartCount: 3,
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
      lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
    };
    expect(describePod({ status: { phase: "Running", containerStatuses: [container] } })).toBe(
      "its pod is Running; waiting: CrashLoopBackOff back-off 40s; ended with 137 (OOMKilled), restarted 3 times",
    );
  });
});
