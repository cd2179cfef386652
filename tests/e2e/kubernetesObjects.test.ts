import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CONFIGURATIONS } from "../../infra/targets/kubernetes/testing/configurations.ts";
import { createRoot, type Rendered, renderProgram } from "../../infra/targets/kubernetes/testing/program.ts";
import { temporaryFolder } from "../support/folder.ts";
import { apply, clusterProblem, kubectl } from "../support/kubernetes.ts";

// Every object of several configurations, looked at by a real API server, which keeps none of them.
vi.mock("../../infra/dynamic/lazyProvider.ts", () => ({ lazyProvider: () => ({}) }));
vi.mock("../../infra/schema/schema.ts", () => ({ Schema: class {} }));

const problem = await clusterProblem();
if (problem !== undefined)
  console.warn(`SKIPPED: no API server has looked at the objects, there is no cluster here: ${problem}`);

const names = Object.keys(CONFIGURATIONS);
const stackOf = (name: string): string => `dry-${name}-${process.pid}`;

/** Kinds of the Prometheus operator, without their fields: those are held against its schemas in a unit test. */
const customKinds = ["PodMonitor", "PrometheusRule"].map((kind) => {
  const singular = kind.toLowerCase();
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${singular}s.monitoring.coreos.com`, labels: { "tickhouse.com/test": "dry-run" } },
    spec: {
      group: "monitoring.coreos.com",
      names: { kind, singular, plural: `${singular}s`, listKind: `${kind}List` },
      scope: "Namespaced",
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          },
        },
      ],
    },
  };
});

describe.skipIf(problem !== undefined)("the API server", () => {
  const folder = temporaryFolder("dry-run");
  const programs = new Map<string, readonly Rendered[]>();

  beforeAll(async () => {
    const root = createRoot(folder.path);
    for (const name of names)
      programs.set(name, (await renderProgram(stackOf(name), CONFIGURATIONS[name] ?? {}, root)).objects);
    const namespaces = [...programs.values()].flat().filter(({ kind }) => kind === "Namespace");
    await apply([...namespaces, ...customKinds]);
    for (const { metadata } of customKinds)
      await kubectl("wait", "--for=condition=Established", `crd/${metadata.name}`, "--timeout=60s");
  });

  afterAll(async () => {
    folder.remove();
    await kubectl("delete", "crd", "-l", "tickhouse.com/test=dry-run", "--ignore-not-found");
    for (const name of names)
      await kubectl("delete", "namespace", `tickhouse-${stackOf(name)}`, "--ignore-not-found");
  });

  it.each(names)(
    "accepts every object of configuration %s, and finds no pod that `restricted` refuses",
    async (name) => {
      const objects = programs.get(name) ?? [];
      expect(objects.length).toBeGreaterThan(35);
      expect(await apply(objects, "--dry-run=server")).not.toMatch(/would violate PodSecurity/);
    },
  );

  it("would refuse an object with an unknown field, and warn of a pod with a privilege", async () => {
    const objects = programs.get("bare") ?? [];
    const [set] = structuredClone(objects.filter(({ kind }) => kind === "StatefulSet"));
    if (set === undefined) throw new Error("a program without StatefulSets");
    set.spec.template.spec.containers[0].securityContext.privileged = true;
    set.spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation = true;
    expect(await apply([set], "--dry-run=server")).toMatch(/would violate PodSecurity "restricted/);
    set.spec.template.spec.containers[0].imagee = "x:1";
    await expect(apply([set], "--dry-run=server")).rejects.toThrow(/imagee/);
  });
});
