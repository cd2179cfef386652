import type { Provider } from "../dynamic/provider.ts";
import { type Issued, isRenewalDue, issueAuthority } from "./certificates.ts";

export interface AuthorityInputs {
  readonly commonName: string;
  readonly lifetimeDays: number;
}
export type AuthorityOutputs = AuthorityInputs & Issued;

/**
 * Makes an authority once and keeps its key: in its last third a new certificate of the same key takes the place of the
 * old one, and what was issued before stays good.
 */
export const certificateAuthorityProvider: Provider<AuthorityInputs, AuthorityOutputs> = {
  check: async () => [],
  diff: async (olds, news) => ({
    changes:
      olds.commonName !== news.commonName ||
      olds.lifetimeDays !== news.lifetimeDays ||
      isRenewalDue(olds, Date.now()),
    replaces: [],
  }),
  create: async (inputs) => ({ id: "authority", outs: await issue(inputs) }),
  read: async (_id, props) => props,
  update: async (_id, { privateKey }, news) => issue(news, privateKey),
  delete: async () => undefined,
};

const issue = async (
  { commonName, lifetimeDays }: AuthorityInputs,
  privateKey?: string,
): Promise<AuthorityOutputs> => ({
  commonName,
  lifetimeDays,
  ...(await issueAuthority(
    { name: commonName, lifetimeDays, ...(privateKey !== undefined && { privateKey }) },
    Date.now(),
  )),
});
