import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pollUntil } from "../../infra/poll.ts";
import type { KafkaLogin } from "../../services/common/src/index.ts";
import { ROOT } from "../paths.ts";
import type { FeedMessage } from "./feed/messages.ts";
import type { Acknowledged, SenderTask } from "./senderTask.ts";

const DEADLINE_MS = 180_000;
const MOST_STARTS = 10;

/** A producer that crashed goes on where it last noted its place: so many messages before what was acknowledged. */
const SENT_AGAIN = 5;

/**
 * The sending process and its keeper: whenever it ends before all is acknowledged it is started again, a little before
 * the first message whose acknowledgement was not seen. So some are sent twice: at least once.
 */
export class Sender {
  /** Every acknowledgement; a message that was sent twice may have two. */
  readonly acknowledged: Acknowledged[] = [];
  /** Lines of the acknowledged messages, each counted once. */
  ackedLines = 0;
  /** The first message that is not acknowledged. */
  private next = 0;
  starts = 0;
  private readonly task: SenderTask;
  private readonly login: KafkaLogin;
  private readonly messages: readonly FeedMessage[];
  private child: ChildProcess | undefined;
  private failure: Error | undefined;
  private stopped = false;

  constructor(task: SenderTask, login: KafkaLogin, messages: readonly FeedMessage[]) {
    this.task = task;
    this.login = login;
    this.messages = messages;
  }

  start(): void {
    this.starts += 1;
    const task: SenderTask = { ...this.task, from: Math.max(0, this.next - SENT_AGAIN) };
    const main = join(ROOT, "tools", "drill", "senderMain.ts");
    const child = spawn(process.execPath, ["--import", "tsx", main, JSON.stringify(task)], {
      cwd: ROOT,
      // Out of the terminal's reach: Ctrl-C is for the drill to act on.
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    // Not an argument, which everybody on the machine could read. A child that is gone by then says so itself.
    child.stdin?.on("error", () => {});
    child.stdin?.end(JSON.stringify(this.login));
    this.child = child;
    let lastWords = "";
    child.stderr?.on("data", (data: Buffer) => {
      lastWords = (lastWords + data.toString()).slice(-2_000);
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => this.note(line));
    child.once("error", (error) => {
      this.failure = error;
    });
    // Not `exit`: what it had printed is still to be read then.
    child.once("close", () => {
      if (this.stopped || this.isDone()) return;
      if (this.starts < MOST_STARTS) this.start();
      else
        this.failure = new Error(
          `the sender ended ${MOST_STARTS} times; its last words: ${lastWords.trim()}`,
        );
    });
  }

  /** Waits until this many lines are acknowledged. */
  async untilAcked(lines: number): Promise<void> {
    const done = await pollUntil(DEADLINE_MS, () => {
      if (this.failure !== undefined) throw this.failure;
      if (this.stopped) throw new Error("the sender was stopped");
      return this.ackedLines >= lines ? true : undefined;
    });
    if (done === undefined)
      throw new Error(
        `Kafka has acknowledged ${this.next} of ${this.messages.length} messages within ${DEADLINE_MS / 1000} s`,
      );
  }

  untilDone(): Promise<void> {
    return this.untilAcked(this.messages.reduce((sum, { lines }) => sum + lines, 0));
  }

  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  /** Ends it for good, paused or not. */
  stop(): void {
    this.stopped = true;
    this.signal("SIGKILL");
  }

  private isDone(): boolean {
    return this.next === this.messages.length;
  }

  private note(line: string): void {
    for (const acknowledged of JSON.parse(line) as Acknowledged[]) {
      this.acknowledged.push(acknowledged);
      if (acknowledged[0] !== this.next) continue;
      this.ackedLines += this.messages[this.next]?.lines ?? 0;
      this.next += 1;
    }
  }
}
