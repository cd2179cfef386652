import { afterAll, describe, expect, it, vi } from "vitest";
import { CONFIGURATIONS } from "../../infra/targets/kubernetes/testing/configurations.ts";
import { createRoot, renderProgram } from "../../infra/targets/kubernetes/testing/program.ts";
import type { Resource, Rule } from "../../policy/src/resource.ts";
import { pinnedImage } from "../../policy/src/rules/pinnedImage.ts";
import { generatedSecrets, leaks, plaintextSecret } from "../../policy/src/rules/plaintextSecret.ts";
import { protectedData } from "../../policy/src/rules/protectedData.ts";
import { publicBind } from "../../policy/src/rules/publicBind.ts";
import { temporaryFolder } from "../support/folder.ts";

// The engine would take the side that acts apart to keep it in the state; nothing acts here.
vi.mock("../../infra/dynamic/lazyProvider.ts", () => ({ lazyProvider: () => ({}) }));
// Hundreds of resources, none of them a Kubernetes object.
vi.mock("../../infra/schema/schema.ts", () => ({ Schema: class {} }));

const folder = temporaryFolder("policies");
afterAll(() => folder.remove());
const root = createRoot(folder.path);

const RULES: Readonly<Record<string, Rule>> = { publicBind, pinnedImage, plaintextSecret, protectedData };

async function resourcesOf(
  name: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<Resource[]> {
  const { resources } = await renderProgram(name, { ...CONFIGURATIONS[name], ...changes }, root);
  return resources.map(({ inputs, ...rest }) => ({
    ...rest,
    props: inputs as Record<string, unknown>,
    unknown: new Set(),
  }));
}

const problemsOf = (resources: readonly Resource[], rule: Rule): string[] =>
  resources.flatMap((resource) => rule(resource).map((problem) => `${resource.name}: ${problem}`));

describe.each(Object.keys(CONFIGURATIONS))("the program on Kubernetes, configuration %s", (name) => {
  it("keeps to every policy, its data protected", async () => {
    const resources = await resourcesOf(name, { protectData: "true" });
    for (const [rule, holds] of Object.entries(RULES)) expect(problemsOf(resources, holds), rule).toEqual([]);
    const made = resources
      .filter(({ type }) => type.endsWith(":RandomSecret"))
      .map((each) => ({ ...each, props: { value: `a-generated-secret-of-${each.name}` } }));
    const secrets = generatedSecrets(made);
    expect(secrets.size).toBeGreaterThan(3);
    expect(resources.flatMap((resource) => leaks(resource, secrets))).toEqual([]);
  });

  it("is refused for each of its volumes where their protection is switched off", async () => {
    const resources = await resourcesOf(name, { protectData: "false" });
    const claims = resources.filter(({ type }) => type.endsWith(":PersistentVolumeClaim"));
    expect(claims.length).toBeGreaterThan(2);
    expect(problemsOf(resources, protectedData)).toHaveLength(claims.length);
  });
});

it("protects the namespace around the volumes, and what the stack remembers of the Keepers", async () => {
  const resources = await resourcesOf("production");
  const names = resources.filter(({ protect }) => protect).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["namespace", "keepers", "clickhouse-01-data"]));
  expect(names.filter((name) => /^(api|bars)/.test(name))).toEqual([]);
});
