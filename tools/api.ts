import { rootCertificates } from "node:tls";
import { Agent, fetch, type Response } from "undici";
import type { StackOutputs } from "./outputsOf.ts";

/** What of a stack's outputs leads to its API. */
export type ApiAccess = Pick<StackOutputs, "apiUrl" | "apiKey" | "caCertificate">;

/** Asks a stack's API, with its key, and verified by its authority where it serves TLS. */
export function askApi({ apiUrl, apiKey, caCertificate }: ApiAccess, path: string): Promise<Response> {
  // The key is a secret output: it is there only where secrets were asked for.
  const headers: Record<string, string> = /^[\w-]+$/.test(apiKey) ? { "x-api-key": apiKey } : {};
  return fetch(`${apiUrl}${path}`, { headers, dispatcher: agentOf(caCertificate) });
}

const agents = new Map<string, Agent>();

/** An Ingress shows a certificate of somebody else, whom Node.js knows. */
function agentOf(caCertificate: string): Agent {
  const agent =
    agents.get(caCertificate) ??
    new Agent(caCertificate === "" ? {} : { connect: { ca: [...rootCertificates, caCertificate] } });
  agents.set(caCertificate, agent);
  return agent;
}
