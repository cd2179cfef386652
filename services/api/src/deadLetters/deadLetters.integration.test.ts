import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NodeSession, withNode } from "../../../../infra/clickhouse/connection.ts";
import { TOPIC } from "../../../../infra/kafka/names.ts";
import { pollUntil } from "../../../../infra/poll.ts";
import { startStack, type TestStack } from "../../../../tests/support/stack.ts";

const DEADLINE_MS = 60_000;

interface Letter {
  readonly place: string;
  readonly partition: number;
  readonly offset: string;
  readonly line: number;
  readonly error: string;
  readonly message: string;
  readonly replays: number;
  readonly replayedAt: string | null;
}
interface Page {
  readonly deadLetters: Letter[];
  readonly total: number;
  readonly next: string | null;
}
interface Whole extends Letter {
  readonly text: string | null;
  readonly base64: string | null;
  readonly became: { kind: string; tick: string | null; error: string | null; place: string }[];
}

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

const tick = (seqId: number, price: string, symbol = "AAPL"): string =>
  `{"exchange":"XNAS","symbol":"${symbol}","event_time":"2025-11-14T19:25:17.123456Z","seq_id":${seqId},"event_type":"trade","price":${price},"size":100,"side":"buy","source_version":1}`;

const get = async <T>(path: string): Promise<T> => {
  const response = await stack.api.get(path);
  const body = await response.text();
  expect(response.status, body).toBe(200);
  return JSON.parse(body) as T;
};
const list = (query = "") => get<Page>(`/dead-letters${query}`);
const post = (body: unknown, headers: Record<string, string> = {}, api = stack.api) =>
  api.get("/dead-letters/replay", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const eventually = async <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> => {
  const found = await pollUntil(DEADLINE_MS, ask);
  if (found === undefined) throw new Error(`${what} did not come within ${DEADLINE_MS} ms`);
  return found;
};
const owner = <T>(use: (session: NodeSession) => Promise<T>): Promise<T> => {
  const [node] = stack.cluster.connections;
  if (node === undefined) throw new Error("a cluster without a node");
  return withNode(node, use);
};
/** Sends a message and waits for its dead letters. */
const broken = async (value: string | Buffer, partition: number, count = 1): Promise<string> => {
  const [answer] = await stack.producer.send({ topic: TOPIC, messages: [{ value, partition }] });
  const offset = answer?.baseOffset ?? "";
  await eventually(`${count} dead letter(s) of ${partition}/${offset}`, async () => {
    const { deadLetters } = await list(`?partition=${partition}&limit=1000`);
    return deadLetters.filter((each) => each.offset === offset).length === count ? true : undefined;
  });
  return `${partition}/${offset}/0`;
};
const ends = () => stack.admin.fetchTopicOffsets(TOPIC);

describe("a dead letter", () => {
  let place: string;

  it("is listed, and shown whole", async () => {
    place = await broken(tick(1, "-1"), 0);
    const { deadLetters, total, next } = await list();
    expect({ total, next }).toEqual({ total: 1, next: null });
    const [letter] = deadLetters;
    expect(letter).toMatchObject({
      place,
      topic: TOPIC,
      partition: 0,
      line: 0,
      error: "price is -1; accepted: a finite number, 0 or more",
      message: tick(1, "-1"),
      truncated: false,
      replays: 0,
      replayedAt: null,
      replayOf: null,
    });
    expect(await get(`/dead-letters/${place}`)).toMatchObject({
      ...letter,
      text: tick(1, "-1"),
      base64: null,
      became: [],
    });
  });

  it("sent again with a corrected text is stored once, and marked once", async () => {
    const response = await post({ places: [place, place], text: tick(1, "189.5") });
    expect(response.status).toBe(400);
    const answer = await post({ places: [place], text: tick(1, "189.5") });
    const { replayed } = (await answer.json()) as {
      replayed: { place: string; partition: number; offset: string }[];
    };
    expect(answer.status).toBe(200);
    expect(replayed).toEqual([{ place, partition: expect.any(Number), offset: expect.any(String) }]);
    const became = await eventually("the replayed tick", async () => {
      const { became } = await get<Whole>(`/dead-letters/${place}`);
      return became.length > 0 ? became : undefined;
    });
    expect(became).toEqual([
      {
        kind: "stored",
        place: `${replayed[0]?.partition}/${replayed[0]?.offset}/0`,
        time: expect.stringMatching(/Z$/),
        tick: "XNAS AAPL trade 1 at 2025-11-14T19:25:17.123456Z",
        error: null,
      },
    ]);
    const stored = await owner((node) =>
      node.rows("SELECT price, replay_of FROM ticks_dedup_all FINAL WHERE symbol = 'AAPL'"),
    );
    expect(stored).toEqual([{ price: 189.5, replay_of: `${TOPIC}/${place}` }]);
    expect(await get(`/dead-letters/${place}`)).toMatchObject({
      replays: 1,
      replayedAt: expect.stringMatching(/Z$/),
    });
    expect((await list("?replayed=true")).deadLetters.map((each) => each.place)).toEqual([place]);
    expect((await list("?replayed=false")).total).toBe(0);
    expect((await list()).total).toBe(1);
  });

  it("is not sent a second time unless that is meant, also where it is asked for twice at once", async () => {
    const before = await ends();
    const response = await post({ places: [place] });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: "not_replayable" });
    expect(await ends()).toEqual(before);
    expect((await post({ places: [place], again: true })).status).toBe(200);
    expect(await get(`/dead-letters/${place}`)).toMatchObject({ replays: 2 });

    const other = await broken(tick(2, "-2"), 1);
    const statuses = (await Promise.all([post({ places: [other] }), post({ places: [other] })])).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([200, 409]);
    expect(await get(`/dead-letters/${other}`)).toMatchObject({ replays: 1 });
  });

  it("that is no UTF-8 is told byte by byte", async () => {
    const bytes = Buffer.from([0xff, 0x00, 0x41, 0x1b]);
    const whole = await get<Whole>(`/dead-letters/${await broken(bytes, 2)}`);
    expect(whole).toMatchObject({
      message: "\\xff\\x00A\\x1b",
      text: null,
      base64: bytes.toString("base64"),
    });
  });
});

describe("the list", () => {
  it("pages through all of them while more arrive", async () => {
    const COUNT = 25;
    const texts = Array.from({ length: COUNT }, (_, index) => tick(100 + index, '"many"'));
    await broken(texts.join("\n"), 1, COUNT);
    const expected = (await list("?cause=PRICE&limit=1000")).deadLetters.map(({ place }) => place);
    expect(expected.length).toBeGreaterThanOrEqual(COUNT);
    const seen: string[] = [];
    let cursor = "";
    do {
      const page = await list(`?cause=PRICE&limit=7${cursor}`);
      seen.push(...page.deadLetters.map(({ place }) => place));
      if (cursor === "") await broken(tick(999, "-9"), 0);
      cursor = page.next === null ? "" : `&cursor=${page.next}`;
    } while (cursor !== "");
    expect(seen).toEqual(expected);
  });

  it("refuses what it does not know, by name", async () => {
    for (const [query, parameter] of [
      ["?partition=-1", "partition"],
      ["?replayed=maybe", "replayed"],
      ["?cursor=AAAA", "cursor"],
      ["?cause=", "cause"],
      ["?limit=0", "limit"],
      ["?place=1", "place"],
      ["/a/0/0", "partition"],
      ["/0/9223372036854775808/0", "offset"],
      ["/0/0/4294967296", "line"],
    ] as const) {
      const response = await stack.api.get(`/dead-letters${query}`);
      expect(response.status, query).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ parameter }] });
    }
    expect((await stack.api.get("/dead-letters/0/999999/0")).status).toBe(404);
    expect((await stack.api.get("/dead-letters/%zz/0/0")).status).toBe(400);
  });
});

describe("a replay is refused", () => {
  const refused = async (response: Response, status: number, code: string, text = ""): Promise<void> => {
    const problem = (await response.json()) as { code: string; detail: string };
    expect([response.status, problem.code], problem.detail).toEqual([status, code]);
    expect(problem.detail).toContain(text);
  };

  it("from another site, and without application/json", async () => {
    const before = await ends();
    const place = await broken(tick(3, "-3"), 0);
    const body = { places: [place] };
    await refused(await post(body, { Origin: "https://evil.example" }), 403, "forbidden");
    await refused(await post(body, { Origin: "null" }), 403, "forbidden");
    await refused(await post(body, { "Sec-Fetch-Site": "cross-site" }), 403, "forbidden");
    await refused(await post(body, { "Sec-Fetch-Site": "same-site" }), 403, "forbidden");
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
      await refused(await post(body, { "Content-Type": type }), 415, "unsupported_media_type");
    expect((await ends()).reduce((sum, { high }) => sum + Number(high), 0)).toBe(
      before.reduce((sum, { high }) => sum + Number(high), 1),
    );
    const origin = { Origin: stack.api.url, "Sec-Fetch-Site": "same-origin" };
    expect((await post(body, origin)).status).toBe(200);
  });

  it("of an unknown place, or together with one", async () => {
    const place = await broken(tick(4, "-4"), 0);
    await refused(await post({ places: [place, "0/999999/0"] }), 404, "not_found", "0/999999/0");
    expect(await get(`/dead-letters/${place}`)).toMatchObject({ replays: 0 });
  });

  it.each([
    ["no JSON", "{", "body"],
    ["no object", "[]", "body"],
    ["no place", { places: [] }, "places"],
    ["nothing", {}, "places"],
    ["a wrong place", { places: ["0/1/0", "1' OR 1=1"] }, "places[1]"],
    ["a number", { places: [1] }, "places[0]"],
    ["too many", { places: Array(101).fill("0/1/0") }, "places"],
    ["no tick", { places: ["0/1/0"], text: "x" }, "text"],
    ["two lines", { places: ["0/1/0"], text: '{"a":\n1}' }, "text"],
    ["a text of several", { places: ["0/1/0", "0/2/0"], text: "{}" }, "text"],
    ["a field too many", { places: ["0/1/0"], topic: "other" }, "topic"],
    ["again", { places: ["0/1/0"], again: "yes" }, "again"],
  ])("of a body with %s", async (_name, body, parameter) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "wrong_request", errors: [{ parameter }] });
  });

  it("of a huge body, and in an unknown encoding", async () => {
    const huge = JSON.stringify({ places: ["0/1/0"], text: "x".repeat(300_000) });
    await refused(await post(huge), 413, "body_too_large", "262144");
    await refused(
      await post("{}", { "Content-Encoding": "strange" }),
      415,
      "unsupported_media_type",
      "encoding",
    );
  });

  it("by another method", async () => {
    const response = await stack.api.get("/dead-letters/replay");
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await stack.api.get("/dead-letters", { method: "POST" })).headers.get("allow")).toBe("GET, HEAD");
  });

  it("where it is turned off, and without the key where one is needed", async () => {
    const place = await broken(tick(5, "-5"), 0);
    const off = await stack.startApi({ replay: undefined });
    await refused(await post({ places: [place] }, {}, off), 403, "forbidden", "tickhouse:apiReplay");
    const keyed = await stack.startApi({ apiKey: "right" });
    await refused(await post({ places: [place] }, {}, keyed), 401, "unauthorized");
    const headers = { "X-API-Key": "right", Origin: "https://desk.example" };
    expect((await post({ places: [place] }, headers, keyed)).status).toBe(200);
  });
});

describe("the replay user", () => {
  it.each([
    "SELECT count() FROM ticks_all",
    "SELECT count() FROM system.parts",
    "INSERT INTO ticks_all (symbol) VALUES ('X')",
    "ALTER TABLE dead_letters DELETE WHERE true",
    "TRUNCATE TABLE dead_letters",
    "DROP TABLE dead_letters",
    "SYSTEM FLUSH LOGS",
  ])("may not %s", async (sql) => {
    const [node] = stack.cluster.connections;
    if (node === undefined) throw new Error("a cluster without a node");
    await expect(
      withNode({ ...node, ...stack.cluster.replay }, (session) => session.run(sql)),
    ).rejects.toThrow(/ACCESS_DENIED|Not enough privileges/);
  });
});

it("says that Kafka is gone, marks nothing, and lists all the same", async () => {
  const place = await broken(tick(6, "-6"), 0);
  await stack.stopKafka();
  const response = await post({ places: [place] });
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ code: "kafka_unreachable" });
  expect(await get(`/dead-letters/${place}`)).toMatchObject({ replays: 0, became: [] });
});
