import type * as pulumi from "@pulumi/pulumi";
import type { ProviderName } from "./providers.ts";

/**
 * The side that Pulumi serialises into the state. It holds no logic: it loads the program's own module in the
 * provider process, so the state stays small and a change of code is no change of every resource.
 */
export function lazyProvider(name: ProviderName): pulumi.dynamic.ResourceProvider {
  // Serialising costs some tens of milliseconds, and Pulumi does it once for each object that it is given.
  const known = made.get(name);
  const provider = known ?? createShim(name);
  made.set(name, provider);
  return provider;
}

const made = new Map<ProviderName, pulumi.dynamic.ResourceProvider>();

function createShim(name: ProviderName): pulumi.dynamic.ResourceProvider {
  const load = async () => {
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
