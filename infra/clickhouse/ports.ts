/** Ports of a server that has an address of its own; over TLS it listens on the secure ones and on no other. */
export const CLICKHOUSE_PORTS = {
  plain: { http: 8123, native: 9000, interserver: 9009 },
  secure: { http: 8443, native: 9440, interserver: 9010 },
} as const;

export const clickhousePorts = (tls: boolean) => CLICKHOUSE_PORTS[tls ? "secure" : "plain"];
