/** How the live streams of a process behave. */
export interface StreamSettings {
  /** Topic of the ticks: a place is one of this topic. */
  readonly topic: string;
  /** Pause between two looks for what is new. */
  readonly intervalMs: number;
  /** How old a tick or a bar is when everything before it is in ClickHouse too. */
  readonly settleMs: number;
  /** Clients at the same time. */
  readonly maxClients: number;
  /** Different symbols of all clients. */
  readonly maxSymbols: number;
  /** Bytes that may wait for one client. */
  readonly bufferBytes: number;
  /** Longest that nothing is sent to a client. */
  readonly heartbeatMs: number;
}

export const HEARTBEAT_MS = 15_000;
export const MAX_SYMBOLS = 2_000;
