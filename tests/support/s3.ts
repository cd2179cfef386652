import { join } from "node:path";
import { execa } from "execa";
import { pollUntil } from "../../infra/poll.ts";
import type { Bucket } from "../../infra/storage/storage.ts";
import type { PythonEnv } from "../../tools/pythonEnv.ts";
import { freePorts } from "./freePort.ts";

/** A real S3 server (moto's, which speaks the protocol over HTTP) with one bucket. */
export interface S3 {
  /** A folder of the bucket, as the nodes and the tools are told of it. */
  bucket(folder: string): Bucket;
  /** How many objects there are in a folder, 1000 at most. */
  count(folder: string): Promise<number>;
  stop(): Promise<void>;
}

const BUCKET = "tickhouse-test";
const READY_MS = 60_000;

export async function startS3({ bin }: PythonEnv): Promise<S3> {
  const [port = 0] = await freePorts(1);
  const origin = `http://127.0.0.1:${port}`;
  const server = execa(join(bin, "moto_server"), ["-H", "127.0.0.1", "-p", String(port)], {
    reject: false,
    stdio: ["ignore", "ignore", "ignore"],
  });
  const ready = await pollUntil(READY_MS, () =>
    fetch(`${origin}/${BUCKET}`, { method: "PUT" })
      .then(({ ok }) => ok || undefined)
      .catch(() => undefined),
  );
  if (ready === undefined) {
    server.kill();
    throw new Error(`the S3 server did not answer at ${origin} within ${READY_MS / 1_000} s`);
  }
  return {
    bucket: (folder) => ({
      url: `${origin}/${BUCKET}/${folder}/`,
      keyId: "test-key",
      secretKey: "secret-of-a-test",
    }),
    async count(folder) {
      const listed = await fetch(`${origin}/${BUCKET}?list-type=2&prefix=${folder}/`);
      return ((await listed.text()).match(/<Key>/g) ?? []).length;
    },
    async stop() {
      server.kill();
      await server;
    },
  };
}
