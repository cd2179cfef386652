import createFetchClient, { type Client, type ClientOptions } from "openapi-fetch";
import type { components, paths } from "./schema.ts";

export type { components, paths };

/** The API, path by path: `client.GET("/bars", { params: { query: { symbol: "AAPL" } } })`. */
export type TickhouseClient = Client<paths>;

export interface TickhouseOptions extends Omit<ClientOptions, "baseUrl"> {
  /** The stack's output `apiUrl`. */
  readonly baseUrl: string;
  /** The stack's output `apiKey`; needed when the API listens beyond loopback. @default none */
  readonly apiKey?: string | undefined;
}

/**
 * Makes a client of the API. Paths, parameters and answers are typed by the API's own OpenAPI document; an answer is
 * `{ data, response }`, or `{ error, response }` with the RFC 9457 problem. CSV, Arrow and Parquet are read with
 * `parseAs: "arrayBuffer"` or `"stream"`.
 */
export function createTickhouseClient({ apiKey, headers, ...options }: TickhouseOptions): TickhouseClient {
  return createFetchClient<paths>({
    ...options,
    headers: { ...(apiKey ? { "X-API-Key": apiKey } : {}), ...headers },
  });
}
