import type { Socket } from "node:net";

// The few requests of Kafka's protocol that set a user's password: SaslHandshake, SaslAuthenticate and
// AlterUserScramCredentials (https://kafka.apache.org/protocol). kafkajs has no request for the last one; clients that
// have it need a newer Node.js than ours, or download a binary.

/** Writes the fields of a request; lengths and optional fields as its version has them. */
export class RequestWriter {
  private readonly parts: Buffer[] = [];

  int8(value: number): this {
    return this.add(Buffer.from([value & 0xff]));
  }
  int16(value: number): this {
    const bytes = Buffer.alloc(2);
    bytes.writeInt16BE(value);
    return this.add(bytes);
  }
  int32(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return this.add(bytes);
  }
  string(value: string): this {
    const bytes = Buffer.from(value);
    return this.int16(bytes.length).add(bytes);
  }
  bytes(value: Buffer): this {
    return this.int32(value.length).add(value);
  }
  /** Length of a compact array, text or byte string: one more than it has. */
  compactLength(length: number): this {
    let rest = length + 1;
    const bytes: number[] = [];
    while (rest > 0x7f) {
      bytes.push((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.add(Buffer.from([...bytes, rest]));
  }
  compactString(value: string): this {
    return this.compactBytes(Buffer.from(value));
  }
  compactBytes(value: Buffer): this {
    return this.compactLength(value.length).add(value);
  }
  /** No tagged fields. */
  noTags(): this {
    return this.int8(0);
  }
  toBuffer(): Buffer {
    return Buffer.concat(this.parts);
  }

  private add(part: Buffer): this {
    this.parts.push(part);
    return this;
  }
}

/** Reads the fields of an answer. */
export class AnswerReader {
  private at = 0;
  private readonly data: Buffer;

  constructor(data: Buffer) {
    this.data = data;
  }
  int16(): number {
    this.at += 2;
    return this.data.readInt16BE(this.at - 2);
  }
  int32(): number {
    this.at += 4;
    return this.data.readInt32BE(this.at - 4);
  }
  /** Null for none. */
  string(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.text(length);
  }
  compactLength(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.data.readUInt8(this.at++);
      value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value - 1;
    }
  }
  compactString(): string | null {
    const length = this.compactLength();
    return length < 0 ? null : this.text(length);
  }
  skipTags(): void {
    for (let left = this.compactLength() + 1; left > 0; left--) {
      this.compactLength();
      this.at += this.compactLength() + 1;
    }
  }

  private text(length: number): string {
    this.at += length;
    return this.data.toString("utf8", this.at - length, this.at);
  }
}

/** One request. */
export interface Request {
  readonly key: number;
  readonly version: number;
  /** Whether its header ends with tagged fields. */
  readonly flexible: boolean;
  readonly body: Buffer;
}

/** Sends one request and waits for its answer, which begins behind the header. Requests follow each other. */
export async function ask(
  socket: Socket,
  { key, version, flexible, body }: Request,
  deadlineMs: number,
): Promise<AnswerReader> {
  const header = new RequestWriter().int16(key).int16(version).int32(key).string("tickhouse-infra");
  if (flexible) header.noTags();
  const request = Buffer.concat([header.toBuffer(), body]);
  const size = Buffer.alloc(4);
  size.writeInt32BE(request.length);
  socket.write(Buffer.concat([size, request]));
  const answer = new AnswerReader(await readFrame(socket, deadlineMs));
  answer.int32();
  if (flexible) answer.skipTags();
  return answer;
}

function readFrame(socket: Socket, deadlineMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const timer = setTimeout(() => end(new Error(`no answer within ${deadlineMs / 1000} s`)), deadlineMs);
    const end = (result: Buffer | Error): void => {
      clearTimeout(timer);
      socket.off("data", onData).off("error", end).off("close", onClose);
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    const onClose = (): void => end(new Error("the broker closed the connection"));
    const onData = (data: Buffer): void => {
      received = Buffer.concat([received, data]);
      if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) end(received.subarray(4));
    };
    socket.on("data", onData).on("error", end).on("close", onClose);
  });
}
