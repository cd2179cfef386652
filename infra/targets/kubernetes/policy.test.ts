import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../../tests/support/folder.ts";
import { CONFIGURATIONS } from "./testing/configurations.ts";
import { createRoot, type Program, type Rendered, renderProgram } from "./testing/program.ts";
import { matches, openUsers, type Pod, podProblems, podsOf } from "./testing/rules.ts";

// The engine would take the side that acts apart to keep it in the state; nothing acts here.
vi.mock("../../dynamic/lazyProvider.ts", () => ({ lazyProvider: () => ({}) }));
// Hundreds of resources, none of them a Kubernetes object.
vi.mock("../../schema/schema.ts", () => ({ Schema: class {} }));

const folder = temporaryFolder("policy");
afterAll(() => folder.remove());
const root = createRoot(folder.path);

describe.each(Object.keys(CONFIGURATIONS))("configuration %s", (name) => {
  let program: Program;
  let pods: Pod[];
  const all = (kind: string): Rendered[] => program.objects.filter((object) => object.kind === kind);

  beforeAll(async () => {
    program = await renderProgram(name, CONFIGURATIONS[name] ?? {}, root);
    pods = podsOf(program.objects);
  });

  it("has pods, and none with a privilege, without bounds, probes, a seat of its own or a pinned image", () => {
    const problems = pods.flatMap((pod) => podProblems(pod).map((problem) => `${pod.of}: ${problem}`));
    expect(pods.length).toBeGreaterThanOrEqual(5);
    expect(problems).toEqual([]);
  });

  it("keeps everything in one namespace that enforces `restricted`", () => {
    const [namespace, ...others] = all("Namespace");
    expect(others).toEqual([]);
    expect(namespace?.metadata["labels"]).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
    });
    for (const object of program.objects.filter(({ kind }) => kind !== "Namespace"))
      expect(object.metadata.namespace, `${object.kind} ${object.metadata.name}`).toBe(`tickhouse-${name}`);
  });

  it("publishes no port but an Ingress with TLS", () => {
    for (const { metadata, spec } of all("Service")) {
      expect([undefined, "ClusterIP"], metadata.name).toContain(spec.type);
      expect(spec.externalIPs, metadata.name).toBeUndefined();
    }
    for (const { spec } of all("Ingress")) {
      const hosts = spec.tls.flatMap(({ hosts: named }: { hosts: string[] }) => named);
      expect(spec.rules.map(({ host }: { host: string }) => host)).toEqual(hosts);
      expect(spec.tls[0].secretName).not.toBe("");
    }
  });

  it("lets nobody to any port without a policy that names both", () => {
    const policies = all("NetworkPolicy");
    const denied = policies.find(({ spec }) => Object.keys(spec.podSelector).length === 0 && !spec.egress);
    expect(denied?.spec).toMatchObject({ policyTypes: ["Ingress", "Egress"] });
    for (const { metadata, spec } of policies)
      for (const rule of spec.ingress ?? []) {
        expect(rule.from?.length, metadata.name).toBeGreaterThan(0);
        expect(rule.ports?.length, metadata.name).toBeGreaterThan(0);
        for (const peer of rule.from) expect(Object.keys(peer).length, metadata.name).toBeGreaterThan(0);
      }
    const allowed = (pod: Pod): number[] =>
      policies
        .filter(({ spec }) => matches(spec.podSelector, pod.labels))
        .flatMap(({ spec }) => spec.ingress ?? [])
        .flatMap(({ ports }) => ports.map(({ port }: { port: number }) => port));
    for (const pod of pods) {
      const ports = pod.spec.containers.flatMap((container: { ports?: { containerPort: number }[] }) =>
        (container.ports ?? []).map(({ containerPort }) => containerPort),
      );
      const known = allowed(pod);
      // What a policy lets in is a port that is there.
      expect(ports, pod.of).toEqual(expect.arrayContaining(known));
      expect(policies.filter(({ spec }) => matches(spec.podSelector, pod.labels)).length).toBeGreaterThan(2);
    }
  });

  it("has a budget that counts every pod that may have a second one", () => {
    const budgets = all("PodDisruptionBudget");
    for (const pod of pods.filter(({ of }) => !/ (bars|producer|prometheus|grafana)$/.test(of))) {
      const own = budgets.filter(({ spec }) => matches(spec.selector, pod.labels));
      expect(own.length, pod.of).toBe(1);
      expect(own[0]?.spec.maxUnavailable, pod.of).toBe(1);
    }
  });

  it("has no empty password, and keeps what is secret in Secrets alone", () => {
    expect(all("Secret").flatMap(openUsers)).toEqual([]);
    const users = all("Secret").filter(({ stringData }) => JSON.stringify(stringData).includes("<users>"));
    expect(users.length).toBeGreaterThan(0);
    for (const { metadata, stringData } of all("Secret"))
      for (const value of Object.values(stringData as Record<string, string>))
        expect(value.length, metadata.name).toBeGreaterThan(20);
    const open = program.objects.filter(({ kind }) => kind !== "Secret");
    expect(JSON.stringify(open)).not.toContain("a-generated-secret-of");
  });

  it("gives accounts no token", () => {
    const accounts = all("ServiceAccount");
    for (const { automountServiceAccountToken } of accounts) expect(automountServiceAccountToken).toBe(false);
    const names = accounts.map(({ metadata }) => metadata.name);
    for (const pod of pods) expect(names, pod.of).toContain(pod.spec.serviceAccountName);
    expect(all("Role").concat(all("RoleBinding"), all("ClusterRoleBinding"))).toEqual([]);
  });
});

describe("the rules themselves", () => {
  it("see what is wrong", async () => {
    const { objects } = await renderProgram("production", CONFIGURATIONS["production"] ?? {}, root);
    const [pod] = podsOf(objects);
    if (pod === undefined) throw new Error("a program without pods");
    expect(podProblems(pod)).toEqual([]);
    // biome-ignore lint/suspicious/noExplicitAny: a pod to spoil
    const spoilt = (spoil: (spec: any) => void): string[] => {
      const copy = structuredClone(pod.spec);
      spoil(copy);
      return podProblems({ ...pod, spec: copy });
    };
    expect(spoilt((spec) => delete spec.securityContext.seccompProfile)).toEqual(["seccompProfile"]);
    expect(spoilt((spec) => Object.assign(spec.containers[0], { image: "apache/kafka:latest" }))).toEqual([
      "image apache/kafka:latest",
    ]);
    expect(spoilt((spec) => Object.assign(spec.containers[0], { image: "apache/kafka" }))).toEqual([
      "image apache/kafka",
    ]);
    expect(spoilt((spec) => delete spec.containers[0].resources.limits.memory)).toEqual(["limits.memory"]);
    expect(spoilt((spec) => spec.volumes.push({ name: "x", hostPath: { path: "/" } }))).toEqual(["volume x"]);
    expect(spoilt((spec) => spec.containers[0].env.push({ name: "API_KEY", value: "abc" }))).toEqual([
      "env API_KEY",
    ]);
    const users = (user: string): Rendered =>
      ({ stringData: { a: `<clickhouse><users>${user}</users></clickhouse>` } }) as unknown as Rendered;
    expect(openUsers(users("<u><password></password><networks><ip>::/0</ip></networks></u>"))).toEqual(["u"]);
    expect(openUsers(users("<u><no_password/><networks><ip>127.0.0.1</ip></networks></u>"))).toEqual(["u"]);
  });
});
