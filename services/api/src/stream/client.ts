import type { StreamBar } from "./barReader.ts";
import { type Ahead, type Batch, encodeBatch, standing } from "./batch.ts";
import type { Connection } from "./connection.ts";
import { isBehind, latest, type Places } from "./places.ts";
import type { Subscription } from "./subscription.ts";

/** Texts of a batch by subscription: clients that listen to the same get the same bytes. */
export type Encoded = Map<string, Buffer>;

/** Where the clients of a subscription stand. */
export interface Standing {
  readonly places: Places;
  readonly bars: { readonly known: number; readonly sent: readonly StreamBar[] };
}

/**
 * A client of the stream: apart (from admission on, while it reads the past) -> holding (batches are its own, and wait
 * until it has what came before them) -> live.
 */
export class Client {
  /** Undefined until the answer's headers are out. */
  connection: Connection | undefined;
  #state: "apart" | "holding" | "live" = "apart";
  #held: Batch[] = [];
  #heldBytes = 0;
  #ahead: (Ahead & { readonly untilMs: number }) | undefined;

  constructor(
    readonly subscription: Subscription,
    private readonly bufferBytes: number,
  ) {}

  /** Whether what is new concerns it. */
  get listens(): boolean {
    return this.#state !== "apart";
  }

  /** Batches from the next one on are its own. */
  join(): void {
    this.#state = "holding";
  }

  take(batch: Batch, encoded: Encoded): void {
    if (this.#state === "apart") return;
    if (this.#ahead !== undefined) {
      this.connection?.write(encodeBatch(batch, this.subscription, this.#ahead));
      const settled = performance.now() > this.#ahead.untilMs && !isBehind(batch.to, this.#ahead.places);
      if (settled) this.#ahead = undefined;
      return;
    }
    const text = encoded.get(this.subscription.key) ?? Buffer.from(encodeBatch(batch, this.subscription));
    encoded.set(this.subscription.key, text);
    if (this.#state === "live") this.connection?.write(text);
    else this.#hold(batch, text.length);
  }

  /** Sends what was held back, without what the client has already, and goes on live. */
  goLive(ahead: Ahead, keepMs: number): void {
    for (const batch of this.#held) this.connection?.write(encodeBatch(batch, this.subscription, ahead));
    this.#held = [];
    this.#state = "live";
    if (ahead.places.length > 0 || ahead.bars.size > 0)
      this.#ahead = { ...ahead, untilMs: performance.now() + keepMs };
  }

  /** A comment, and the id where the client stands, so that a quiet symbol resumes near the end. */
  beat(where: Standing | undefined): void {
    const known = this.#state === "live" && where !== undefined;
    this.connection?.write(`: heartbeat\n${known ? this.#id(where) : ""}\n`);
  }

  /** Tells where the client stands before anything is sent. */
  stand(where: Standing): void {
    this.connection?.write(`${this.#id(where)}\n`);
  }

  #id({ places, bars }: Standing): string {
    return `id: ${standing(this.subscription, latest(places, this.#ahead?.places ?? []), bars)}\n`;
  }

  #hold(batch: Batch, bytes: number): void {
    this.#held.push(batch);
    this.#heldBytes += bytes;
    if (this.#heldBytes > this.bufferBytes)
      this.connection?.end(
        "too_slow",
        `More than ${this.bufferBytes} bytes came before this client had caught up; connect again with Last-Event-ID to go on.`,
      );
  }
}
