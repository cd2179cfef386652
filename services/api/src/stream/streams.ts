import type { ServerResponse } from "node:http";
import type { Logger } from "@tickhouse/common";
import pLimit from "p-limit";
import type { Warehouse } from "../clickhouse/query.ts";
import { toTheEnd } from "../clickhouse/toTheEnd.ts";
import { ApiError } from "../errors.ts";
import type { Interval } from "../intervals.ts";
import { type BarReader, createBarReader } from "./barReader.ts";
import type { Batch } from "./batch.ts";
import { type CatchUpArgs, sendBars, sendPast, sendRecent } from "./catchUp.ts";
import { Client, type Encoded, type Standing } from "./client.ts";
import { Connection, type EndCode } from "./connection.ts";
import type { BarCursor, Cursor } from "./cursor.ts";
import { isBehind, type Places } from "./places.ts";
import { type Demand, Poller } from "./poller.ts";
import type { StreamSettings } from "./settings.ts";
import type { Subscription } from "./subscription.ts";
import { createTickReader, type TickReader } from "./tickReader.ts";

/** Told about what the streams do, for metrics. */
export interface StreamObserver {
  clients(count: number): void;
  ended(code: EndCode | "left"): void;
}

export interface StreamsArgs {
  readonly warehouse: Warehouse;
  readonly settings: StreamSettings;
  readonly latenessSeconds: number;
  readonly logger: Logger;
  readonly observer: StreamObserver;
}

export interface StreamRequest {
  readonly subscription: Subscription;
  /** Where a client left off; undefined for one that begins now. */
  readonly cursor: Cursor | undefined;
  readonly requestId: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

interface ClientCursor {
  readonly ticks: Places;
  readonly bars: BarCursor;
}

/** Waits for a poll that has not begun yet. */
interface Waiter {
  /** Joins with it; undefined for one that only wants to know. */
  readonly client: Client | undefined;
  readonly resolve: (where: Standing) => void;
  readonly reject: (error: unknown) => void;
}

/** Clients that catch up at the same time: each reads pages of its own. */
const CATCHING_UP = 4;

/** After so many times to settle everybody has seen what one has. */
const SETTLINGS = 2;

/** Heartbeats are looked at this often within their interval. */
const BEATS = 5;

/** The live streams of this process: who listens, and what each of them is sent. */
export class Streams {
  readonly #clients = new Set<Client>();
  readonly #poller: Poller;
  readonly #ticks: TickReader;
  readonly #bars: BarReader;
  readonly #turn = pLimit(CATCHING_UP);
  readonly #heart: NodeJS.Timeout;
  /** For the next poll, and in the one under way. */
  readonly #next: Waiter[] = [];
  readonly #now: Waiter[] = [];
  #draining = false;

  constructor(private readonly args: StreamsArgs) {
    const { warehouse, settings, latenessSeconds, logger } = args;
    this.#ticks = createTickReader(warehouse, settings.topic, settings.settleMs);
    this.#bars = createBarReader(warehouse, latenessSeconds);
    this.#poller = new Poller({
      ...settings,
      ticks: this.#ticks,
      bars: this.#bars,
      logger,
      demand: () => this.#demand(),
      deliver: (batch) => this.#deliver(batch),
      failed: (error) => {
        for (const { reject } of this.#now.splice(0)) reject(error);
      },
    });
    this.#heart = setInterval(() => this.#beat(), settings.heartbeatMs / BEATS).unref();
  }

  /**
   * Answers with a stream, and returns when it has begun to go on by itself.
   * @throws ApiError draining or streams_full, or why ClickHouse can't be read, as long as no header is out
   */
  async accept(request: StreamRequest, response: ServerResponse): Promise<void> {
    this.#admit(request.subscription);
    const client = new Client(request.subscription, this.args.settings.bufferBytes);
    const leave = () => this.#remove(client);
    this.#clients.add(client);
    this.args.observer.clients(this.#clients.size);
    response.once("close", leave);
    this.#poller.start();
    try {
      if (request.cursor === undefined) {
        const where = await this.#nextPoll(client, request.signal);
        this.#open(client, response);
        client.stand(where);
        client.goLive({ places: [], bars: new Map() }, 0);
      } else {
        await this.#nextPoll(undefined, request.signal);
        const connection = this.#open(client, response);
        await this.#turn(() => this.#resume(client, connection, request));
      }
    } catch (error) {
      if (client.connection === undefined) {
        leave();
        throw error;
      }
      if (!request.signal.aborted) {
        this.args.logger.warn({ err: error, requestId: request.requestId }, "a stream could not be resumed");
        client.connection.end(
          "failed",
          "What came before could not be read; connect again with Last-Event-ID.",
        );
      }
    }
  }

  /** Ends all streams, and takes no new one. */
  drain(): void {
    this.#draining = true;
    for (const { connection } of [...this.#clients])
      connection?.end("draining", "This server stops; connect again with Last-Event-ID to go on elsewhere.");
  }

  async close(): Promise<void> {
    clearInterval(this.#heart);
    this.drain();
    await this.#poller.stop();
  }

  /** Reads the past first, joins the others then, and reads what lies in between last. */
  async #resume(client: Client, connection: Connection, request: StreamRequest): Promise<void> {
    const { subscription } = client;
    const { intervalMs, settleMs } = this.args.settings;
    const args: CatchUpArgs = {
      subscription,
      connection,
      ticks: this.#ticks,
      bars: this.#bars,
      options: toTheEnd(request.requestId),
      intervalMs,
      deadlineMs: SETTLINGS * settleMs,
    };
    const { ticks, bars } = this.#beginning(subscription, request.cursor ?? {});
    const past = await sendPast(args, ticks, this.#poller.settled, bars);
    if (!connection.open) return;
    const where = await this.#nextPoll(client, request.signal);
    const places = await sendRecent(args, past, where.places, bars);
    const ahead = await sendBars(args, bars, where.bars, places);
    client.goLive(
      { places: isBehind(where.places, places) ? places : [], bars: ahead },
      SETTLINGS * settleMs,
    );
  }

  /** What the id says; where it says nothing of a channel, that one begins now. */
  #beginning({ ticks, interval, symbols }: Subscription, cursor: Cursor): ClientCursor {
    const now = this.#poller.places ?? [];
    const places = (ticks ? cursor.ticks : undefined) ?? now;
    if (interval === undefined) return { ticks: places, bars: { interval: "1m", known: 0, sent: [] } };
    if (cursor.bars?.interval === interval) return { ticks: places, bars: cursor.bars };
    // An id of another interval tells when, and not which.
    if (cursor.bars !== undefined)
      return { ticks: places, bars: { interval, known: cursor.bars.known, sent: [] } };
    const { known, sent } = this.#poller.sent(interval);
    return {
      ticks: places,
      bars: { interval, known, sent: sent.filter(({ symbol }) => symbols.has(symbol)) },
    };
  }

  #admit(subscription: Subscription): void {
    const { maxClients, maxSymbols } = this.args.settings;
    if (this.#draining) throw new ApiError("draining", "This process is shutting down.");
    if (this.#clients.size >= maxClients)
      throw new ApiError(
        "streams_full",
        `${maxClients} streams are open, as many as one server may have; try again.`,
      );
    const symbols = new Set(subscription.symbols);
    for (const client of this.#clients) for (const symbol of client.subscription.symbols) symbols.add(symbol);
    if (symbols.size > maxSymbols)
      throw new ApiError(
        "streams_full",
        `The open streams have ${maxSymbols} different symbols, as many as one server follows; ask for one that is followed, or try again.`,
      );
  }

  #remove(client: Client): void {
    if (!this.#clients.delete(client)) return;
    this.args.observer.clients(this.#clients.size);
    if (this.#clients.size === 0) void this.#poller.stop();
  }

  #open(client: Client, response: ServerResponse): Connection {
    const connection = new Connection({
      response,
      bufferBytes: this.args.settings.bufferBytes,
      ended: (code) => {
        this.#remove(client);
        this.args.observer.ended(code);
      },
    });
    client.connection = connection;
    return connection;
  }

  #nextPoll(client: Client | undefined, signal: AbortSignal): Promise<Standing> {
    return new Promise((resolve, reject) => {
      const leave = () => reject(new ApiError("client_gone", "The client closed the connection."));
      signal.addEventListener("abort", leave, { once: true });
      if (signal.aborted) leave();
      this.#next.push({ client, resolve, reject });
    });
  }

  #demand(): Demand {
    this.#now.push(...this.#next.splice(0));
    const joining = new Set(this.#now.map(({ client }) => client));
    const ticks = new Set<string>();
    const bars = new Map<Interval, Set<string>>();
    for (const client of this.#clients) {
      if (!client.listens && !joining.has(client)) continue;
      const { symbols, interval, ticks: wantsTicks } = client.subscription;
      for (const symbol of symbols) {
        if (wantsTicks) ticks.add(symbol);
        if (interval !== undefined) bars.set(interval, (bars.get(interval) ?? new Set()).add(symbol));
      }
    }
    return { ticks: [...ticks], bars };
  }

  #deliver(batch: Batch): void {
    for (const { client, resolve } of this.#now.splice(0)) {
      const interval = client?.subscription.interval;
      client?.join();
      resolve({
        places: batch.from,
        bars: interval === undefined ? { known: 0, sent: [] } : batch.bars(interval),
      });
    }
    const encoded: Encoded = new Map();
    for (const client of [...this.#clients]) client.take(batch, encoded);
  }

  #beat(): void {
    const { heartbeatMs } = this.args.settings;
    const quiet = heartbeatMs * (1 - 1 / BEATS);
    for (const client of [...this.#clients]) {
      if ((client.connection?.quietMs ?? 0) < quiet) continue;
      const { interval } = client.subscription;
      const { places } = this.#poller;
      const bars = interval === undefined ? { known: 0, sent: [] } : this.#poller.sent(interval);
      client.beat(places && { places, bars });
    }
  }
}
