import { afterAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../../tests/support/folder.ts";
import { CONFIGURATIONS } from "./testing/configurations.ts";
import { createRoot, type Rendered, renderProgram } from "./testing/program.ts";

vi.mock("../../dynamic/lazyProvider.ts", () => ({ lazyProvider: () => ({}) }));
// Hundreds of resources, none of them a Kubernetes object.
vi.mock("../../schema/schema.ts", () => ({ Schema: class {} }));

const folder = temporaryFolder("schema");
afterAll(() => folder.remove());
const root = createRoot(folder.path);

/** Validates an object by the schema of its kind, as Kubernetes and the Prometheus operator publish them. */
async function validate(object: Rendered): Promise<void> {
  const { apiVersion, kind } = object;
  const operator = apiVersion.startsWith("monitoring.coreos.com/");
  const models = operator ? "@kubernetes-models/prometheus-operator" : "kubernetes-models";
  const model = await import(`${models}/${apiVersion}/${kind}`);
  new model[kind](object).validate();
}

describe("schemas of Kubernetes", () => {
  it.each(Object.keys(CONFIGURATIONS))("accept every object of configuration %s", async (name) => {
    const { objects } = await renderProgram(name, CONFIGURATIONS[name] ?? {}, root);
    expect(objects.length).toBeGreaterThan(35);
    for (const object of objects)
      await expect(validate(object), `${object.kind} ${object.metadata.name}`).resolves.toBeUndefined();
  });

  it("refuse an object with a field of another type, and one without what it needs", async () => {
    const metadata = { name: "a" };
    const budget = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata };
    await expect(validate({ ...budget, spec: { maxUnavailable: 1 } })).resolves.toBeUndefined();
    await expect(validate({ ...budget, spec: { selector: { matchLabels: "x" } } })).rejects.toThrow(
      /must be/,
    );
    const set = { apiVersion: "apps/v1", kind: "StatefulSet", metadata, spec: {} };
    await expect(validate(set)).rejects.toThrow(/must have required property/);
  });
});
