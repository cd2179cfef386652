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
const DEADLINE_MS = 10_000;

export interface ScramPassword {
  readonly user: string;
  readonly password: string;
}

/**
 * Logs in on a fresh connection and sets a user's SCRAM-SHA-512 password. A broker passes this on to the controller.
 * @throws Error with Kafka's reason
 */
export async function alterScram(
  socket: Socket,
  { username, password }: KafkaLogin,
  set: ScramPassword,
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
    { key: ALTER_USER_SCRAM_CREDENTIALS, version: 0, flexible: true, body: await bodyOf(set) },
    DEADLINE_MS,
  );
  readResults(answer);
}

/** Nobody to remove, one to set. */
async function bodyOf({ user, password }: ScramPassword): Promise<Buffer> {
  const salt = randomBytes(32);
  const salted = await promisify(pbkdf2)(password, salt, ITERATIONS, 64, "sha512");
  const body = new RequestWriter().compactLength(0).compactLength(1);
  body.compactString(user).int8(SCRAM_SHA_512).int32(ITERATIONS).compactBytes(salt).compactBytes(salted);
  return body.noTags().noTags().toBuffer();
}

function readResults(answer: AnswerReader): void {
  answer.int32();
  for (let left = answer.compactLength(); left > 0; left--) {
    const user = answer.compactString();
    const code = answer.int16();
    const reason = answer.compactString();
    answer.skipTags();
    refuse(code, `${user}: ${reason}`);
  }
}

function refuse(code: number, reason: string | null): void {
  if (code !== 0) throw new Error(`${reason ?? "refused"} (error ${code})`);
}
