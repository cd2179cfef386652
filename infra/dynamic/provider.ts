import type * as pulumi from "@pulumi/pulumi";
import type { ProviderName } from "./providers.ts";

/** A dynamic resource's side that acts; all of it is spelled out, so nothing is left to a default. */
export interface Provider<Inputs, Outputs> {
  /** Validates inputs; runs in a preview too. */
  check(olds: Inputs | undefined, news: Inputs): Promise<pulumi.dynamic.CheckFailure[]>;
  diff(olds: Outputs, news: Inputs): Promise<pulumi.dynamic.DiffResult>;
  create(inputs: Inputs): Promise<{ id: string; outs: Outputs }>;
  /** What is really there; undefined when it is gone. */
  read(id: string, props: Outputs): Promise<Outputs | undefined>;
  update(id: string, olds: Outputs, news: Inputs): Promise<Outputs>;
  delete(id: string, props: Outputs): Promise<void>;
}

/**
 * The side that Pulumi serialises into the state. It holds no logic: it loads the program's own module in the
 * provider process, so the state stays small and a change of code is no change of every resource.
 */
export function lazyProvider(name: ProviderName): pulumi.dynamic.ResourceProvider {
  const load = async () => {
    // TypeScript, in a process that Pulumi started without a loader.
    await import("@tickhouse/infra/loadTypeScript");
    const { loadProvider } = await import("@tickhouse/infra/providers");
    return loadProvider(name);
  };
  return {
    check: async (olds, news) => {
      const present = olds !== undefined && Object.keys(olds).length > 0;
      return { inputs: news, failures: await (await load()).check(present ? olds : undefined, news) };
    },
    diff: async (_id, olds, news) => (await load()).diff(olds, news),
    create: async (inputs) => (await load()).create(inputs),
    read: async (id, props) => {
      const found = await (await load()).read(id, props);
      return found === undefined ? { id: "", props: {} } : { id, props: found };
    },
    update: async (id, olds, news) => ({ outs: await (await load()).update(id, olds, news) }),
    delete: async (id, props) => (await load()).delete(id, props),
  };
}
