import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What reached the stub. */
export interface StubQuery {
  readonly sql: string;
  /** The URL's parameters: `param_symbol`, `query_id` and, if something went wrong, settings. */
  readonly params: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
}

export interface StubClickHouse {
  readonly url: string;
  readonly queries: readonly StubQuery[];
  /** Queries whose connection the API closed before the answer. */
  readonly cancelled: readonly StubQuery[];
  stop(): Promise<void>;
}

/** Answers a query; one that never answers keeps the query running. */
export type StubAnswer = (query: StubQuery, response: ServerResponse) => void;

/** Answers with rows in ClickHouse's JSON format. */
export const rows =
  (data: readonly unknown[], statistics = { elapsed: 0.0015, rows_read: 42, bytes_read: 1024 }): StubAnswer =>
  (_query, response) => {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ meta: [], data, rows: data.length, statistics }));
  };

/** Fails as ClickHouse does, with the query's text in the message. */
export const failure =
  (code: number, name: string): StubAnswer =>
  ({ sql }, response) => {
    response.statusCode = 500;
    response.setHeader("X-ClickHouse-Exception-Code", String(code));
    response.end(`Code: ${code}. DB::Exception: secret text, in query: ${sql}. (${name}) (version 26.7.1.1)`);
  };

/** Something that speaks as much of ClickHouse's HTTP interface as the API uses. */
export async function startStub(answer: StubAnswer): Promise<StubClickHouse> {
  const queries: StubQuery[] = [];
  const cancelled: StubQuery[] = [];
  const server: Server = createServer((request, response) => {
    let sql = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      sql += chunk;
    });
    request.on("end", () => {
      const query = {
        sql,
        params: new URL(request.url ?? "/", "http://stub").searchParams,
        headers: request.headers,
      };
      queries.push(query);
      response.once("close", () => {
        if (!response.writableFinished) cancelled.push(query);
      });
      answer(query, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    queries,
    cancelled,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
