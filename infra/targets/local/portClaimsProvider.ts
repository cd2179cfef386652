import type { Provider } from "../../dynamic/provider.ts";
import { type PortClaim, takenPorts } from "./process/ports.ts";

export interface PortClaimsProps {
  readonly claims: readonly PortClaim[];
}

/** Looks at ports that the stack does not hold yet, in a preview too; the others are its own processes'. */
export const portClaimsProvider: Provider<PortClaimsProps, PortClaimsProps> = {
  async check(olds, news) {
    const held = new Set((olds?.claims ?? []).map(address));
    const taken = await takenPorts(news.claims.filter((claim) => !held.has(address(claim))));
    return taken.map((reason) => ({ property: "claims", reason }));
  },
  diff: async (olds, news) => ({
    changes: JSON.stringify(olds.claims.map(address)) !== JSON.stringify(news.claims.map(address)),
  }),
  create: async (inputs) => ({ id: "ports", outs: inputs }),
  read: async (_id, props) => props,
  update: async (_id, _olds, news) => news,
  delete: async () => undefined,
};

const address = ({ host, port }: PortClaim): string => `${host}:${port}`;
