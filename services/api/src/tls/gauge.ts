import { Gauge, type Registry } from "prom-client";

/** Tells when certificates end, so that somebody is told before they do. */
export function createCertificateGauge(
  registry: Registry,
): (server: string, notAfterSeconds: number) => void {
  const gauge = new Gauge({
    name: "tickhouse_certificate_not_after_seconds",
    help: "When a certificate ends, in seconds since 1970.",
    labelNames: ["server"],
    registers: [registry],
  });
  return (server, notAfterSeconds) => gauge.set({ server }, notAfterSeconds);
}
