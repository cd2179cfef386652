import type { Provider } from "../dynamic/provider.ts";
import { type Issued, isRenewalDue, issueServerCertificate, type KeyedCertificate } from "./certificates.ts";

export interface ServerCertificateInputs {
  readonly commonName: string;
  readonly names: readonly string[];
  readonly lifetimeDays: number;
  readonly authority: KeyedCertificate;
}
export type ServerCertificateOutputs = ServerCertificateInputs & Issued;

/** Issues a server's certificate, and issues it anew when what it says changes, or two thirds of its life are over. */
export const serverCertificateProvider: Provider<ServerCertificateInputs, ServerCertificateOutputs> = {
  check: async (_olds, { names }) =>
    names.length > 0 ? [] : [{ property: "names", reason: "is empty; accepted: one or more names" }],
  diff: async (olds, news) => ({
    changes: textOf(olds) !== textOf(news) || isRenewalDue(olds, Date.now()),
    replaces: [],
  }),
  create: async (inputs) => ({ id: inputs.commonName, outs: await issue(inputs) }),
  read: async (_id, props) => props,
  update: async (_id, _olds, news) => issue(news),
  delete: async () => undefined,
};

/** Another certificate of the same authority's key changes nothing. */
const textOf = ({ commonName, names, lifetimeDays, authority }: ServerCertificateInputs): string =>
  JSON.stringify([commonName, names, lifetimeDays, authority.privateKey]);

async function issue(inputs: ServerCertificateInputs): Promise<ServerCertificateOutputs> {
  const { commonName, names, lifetimeDays, authority } = inputs;
  const issued = await issueServerCertificate(
    { name: commonName, names, lifetimeDays },
    authority,
    Date.now(),
  );
  return { commonName, names, lifetimeDays, authority, ...issued };
}
