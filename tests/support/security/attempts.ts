import { connect } from "node:net";

/** Somebody who may do nothing, and tries: what the port let them do, in words; undefined where it did not. */
export interface Attempt {
  readonly what: string;
  run(host: string, port: number): Promise<string | undefined>;
}

const TIMEOUT_MS = 4_000;
/** Nothing more comes when nothing came for so long. */
const QUIET_MS = 400;

/** Pages and questions that any of the servers might answer over HTTP. */
const PATHS = [
  "/",
  "/ping",
  "/replicas_status",
  "/play",
  "/dashboard",
  "/metrics",
  "/?query=SELECT%20currentUser()",
  "/?query=SELECT%20name%20FROM%20system.tables",
  "/?query=SELECT%20*%20FROM%20tickhouse.ticks_local%20LIMIT%201",
  "/?query=SHOW%20USERS",
  // A constant expression, which no quota counts.
  "/?query=SELECT%20file('/etc/passwd')",
  "/pipeline",
  "/audit",
  "/dead-letters",
  "/openapi.json",
  "/health/live",
  "/health/ready",
  "/docs/",
] as const;

const WRONG = {
  "X-ClickHouse-User": "owner",
  "X-ClickHouse-Key": "wrong",
  "X-API-Key": "wrong",
  Authorization: `Basic ${Buffer.from("owner:wrong").toString("base64")}`,
};
const WRONG_KEY = { "X-ClickHouse-User": "owner", "X-ClickHouse-Key": "wrong", "X-API-Key": "wrong" };

async function get(
  host: string,
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`http://${host}:${port}${path}`, { headers, signal, redirect: "manual" });
    // To its end: a server is not to fall over a peer that leaves.
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

const http: Attempt[] = (
  [
    ["nobody", {}],
    ["a wrong password", WRONG_KEY],
    ["wrong credentials", WRONG],
  ] as const
).flatMap(([who, headers]) =>
  PATHS.map((path) => ({
    what: `GET ${path} as ${who}`,
    run: async (host, port) => ((await get(host, port, path, headers)) ? `GET ${path}` : undefined),
  })),
);

/** Sends bytes, and gives what comes back until there is no more of it. */
const exchange = (host: string, port: number, bytes: Buffer): Promise<Buffer> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    let answer = Buffer.alloc(0);
    const end = (): void => {
      socket.end();
      resolve(answer);
    };
    socket.setTimeout(QUIET_MS, end);
    socket.on("connect", () => socket.write(bytes));
    socket.on("data", (data) => {
      answer = Buffer.concat([answer, data]);
    });
    socket.on("error", end).on("close", end);
  });

const PING = Buffer.from([4]);

/** ClickHouse's native protocol: a client's hello, and a ping behind it. */
function hello(user: string, password: string): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  // Version 20.1, revision 54400 as a varint: one that sends nothing more before its first question.
  const version = Buffer.from([20, 1, 0x80, 0xa9, 0x03]);
  const names = [text("default"), text(user), text(password)];
  return Buffer.concat([Buffer.from([0]), text("scan"), version, ...names, PING]);
}

/** A server may say hello before it refuses the session; who is let in has its ping answered by a pong, 4. */
const isLoggedIn = (answer: Buffer): boolean =>
  answer[0] === 0 &&
  answer.at(-1) === 4 &&
  answer.includes("ClickHouse") &&
  !answer.includes("DB::Exception");

const native: Attempt[] = (
  [
    ["default", ""],
    ["owner", ""],
    ["owner", "wrong"],
    ["api", "wrong"],
  ] as const
).map(([user, password]) => ({
  what: `native login as ${user} with ${password === "" ? "no" : "a wrong"} password`,
  run: async (host, port) =>
    isLoggedIn(await exchange(host, port, hello(user, password))) ? `native login as ${user}` : undefined,
}));

/** Four letters that a Keeper may answer. */
const letters: Attempt[] = ["ruok", "mntr", "conf", "dump"].map((word) => ({
  what: word,
  run: async (host, port) => {
    const answer = (await exchange(host, port, Buffer.from(word))).toString();
    return /imok|zk_|clientPort|server_id|SessionTracker/.test(answer) ? word : undefined;
  },
}));

// Kafka by its requests, and not by a client, which would fall over what another server answers.
const REQUEST_ID = 7;

/** One request as Kafka frames it; its answer begins with its size and the request's id. */
function kafkaRequest(key: number, version: number, body: Buffer): Buffer {
  const request = Buffer.concat([Buffer.alloc(14), body]);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(key, 4);
  request.writeInt16BE(version, 6);
  request.writeInt32BE(REQUEST_ID, 8);
  // No name of a client.
  request.writeInt16BE(-1, 12);
  return request;
}
const isKafkaAnswer = (answer: Buffer): boolean =>
  answer.length > 12 && answer.readInt32BE(4) === REQUEST_ID && answer.readInt32BE(0) <= answer.length - 4;

const mechanism = Buffer.concat([Buffer.from([0, 5]), Buffer.from("PLAIN")]);
/** Token of a login by SASL's PLAIN, with its length. */
function token(user: string, password: string): Buffer {
  const text = Buffer.from(`\0${user}\0${password}`);
  const size = Buffer.alloc(4);
  size.writeInt32BE(text.length);
  return Buffer.concat([size, text]);
}

const [METADATA, HANDSHAKE, AUTHENTICATE] = [3, 17, 36] as const;
/** All topics, none of which is to be made. */
const ALL_TOPICS = Buffer.from([0xff, 0xff, 0xff, 0xff, 0]);

const kafka: Attempt[] = [
  {
    what: "Kafka's topics as nobody",
    run: async (host, port) =>
      isKafkaAnswer(await exchange(host, port, kafkaRequest(METADATA, 5, ALL_TOPICS)))
        ? "Kafka's topics"
        : undefined,
  },
  ...["kafka", "clickhouse-1", "producer-1"].map((user) => ({
    what: `Kafka's topics as ${user} with a wrong password`,
    run: async (host: string, port: number) => {
      const requests = [
        kafkaRequest(HANDSHAKE, 1, mechanism),
        kafkaRequest(AUTHENTICATE, 0, token(user, "wrong")),
        kafkaRequest(METADATA, 5, ALL_TOPICS),
      ];
      const answer = await exchange(host, port, Buffer.concat(requests));
      // Whoever is let in gets the names of topics behind the answers to handshake and login.
      return isKafkaAnswer(answer) && answer.includes("ticks") ? `Kafka's topics as ${user}` : undefined;
    },
  })),
];

/** Everything that is tried at every port, whatever is expected there. */
export const ATTEMPTS: readonly Attempt[] = [...http, ...native, ...letters, ...kafka];

/** What a port lets somebody do who has no credentials, or wrong ones: one try after the other. */
export async function whatAnswers(host: string, port: number): Promise<string[]> {
  const answers = new Set<string>();
  for (const attempt of ATTEMPTS) {
    const answer = await attempt.run(host, port);
    if (answer !== undefined) answers.add(answer);
  }
  return [...answers].sort();
}
