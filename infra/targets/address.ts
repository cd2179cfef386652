/** An address to connect to, where a server listens on `host`: all addresses stand for loopback. */
export function connectable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
