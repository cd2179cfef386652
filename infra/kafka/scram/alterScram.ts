import { pbkdf2, randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { promisify } from "node:util";
import type { KafkaLogin } from "../connection.ts";
import { type AnswerReader, ask, RequestWriter } from "./wire.ts";

const SASL_HANDSHAKE = 17;
const SASL_AUTHENTICATE = 36;
const ALTER_USER_SCRAM_CREDENTIALS = 51;
const SCRAM_SHA_512 = 2;

/** RFC 5802's salted password takes so many rounds; Kafka accepts 4096 and more. Our passwords have 192 random bits. */
const ITERATIONS = 8_192;
const RESOURCE_NOT_FOUND = 91;
const DEADLINE_MS = 10_000;

/** A password to set, or a user to forget. */
export type ScramChange = { readonly user: string } & ({ readonly set: string } | { readonly forget: true });

/**
 * Logs in on a fresh connection and sets or removes users' SCRAM-SHA-512 passwords. A broker passes this on to the
 * controller; a user that is to be forgotten and is not there is none the less forgotten.
 * @throws Error with Kafka's reason
 */
export async function alterScram(
  socket: Socket,
  { username, password }: KafkaLogin,
  changes: readonly ScramChange[],
): Promise<void> {
  const handshake = await ask(
    socket,
    {
      key: SASL_HANDSHAKE,
      version: 1,
      flexible: false,
      body: new RequestWriter().string("PLAIN").toBuffer(),
    },
    DEADLINE_MS,
  );
  refuse(handshake.int16(), "does not take PLAIN");
  const token = Buffer.from(`\0${username}\0${password}`);
  const login = await ask(
    socket,
    {
      key: SASL_AUTHENTICATE,
      version: 0,
      flexible: false,
      body: new RequestWriter().bytes(token).toBuffer(),
    },
    DEADLINE_MS,
  );
  refuse(login.int16(), login.string());
  const answer = await ask(
    socket,
    { key: ALTER_USER_SCRAM_CREDENTIALS, version: 0, flexible: true, body: await bodyOf(changes) },
    DEADLINE_MS,
  );
  readResults(answer);
}

async function bodyOf(changes: readonly ScramChange[]): Promise<Buffer> {
  const body = new RequestWriter();
  const forgotten = changes.filter((change) => "forget" in change);
  body.compactLength(forgotten.length);
  for (const { user } of forgotten) body.compactString(user).int8(SCRAM_SHA_512).noTags();
  const set = changes.filter((change) => "set" in change);
  body.compactLength(set.length);
  for (const { user, set: password } of set) {
    const salt = randomBytes(32);
    const salted = await promisify(pbkdf2)(password, salt, ITERATIONS, 64, "sha512");
    body.compactString(user).int8(SCRAM_SHA_512).int32(ITERATIONS).compactBytes(salt).compactBytes(salted);
    body.noTags();
  }
  return body.noTags().toBuffer();
}

function readResults(answer: AnswerReader): void {
  answer.int32();
  for (let left = answer.compactLength(); left > 0; left--) {
    const user = answer.compactString();
    const code = answer.int16();
    const reason = answer.compactString();
    answer.skipTags();
    if (code !== RESOURCE_NOT_FOUND) refuse(code, `${user}: ${reason}`);
  }
}

function refuse(code: number, reason: string | null): void {
  if (code !== 0) throw new Error(`${reason ?? "refused"} (error ${code})`);
}
