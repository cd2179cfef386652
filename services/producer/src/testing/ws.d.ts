/** The part of `ws` (a dependency of ccxt) that the stand-in of an exchange uses; it ships no types. */
declare module "ws" {
  import type { EventEmitter } from "node:events";

  export interface WebSocket extends EventEmitter {
    send(data: string): void;
    terminate(): void;
  }
  export class WebSocketServer extends EventEmitter {
    constructor(options: { readonly port: number; readonly host: string });
    readonly clients: ReadonlySet<WebSocket>;
    address(): { readonly port: number };
    close(done?: (error?: Error) => void): void;
  }
}
