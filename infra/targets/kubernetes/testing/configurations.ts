import { settingsOf } from "../../../testing/stackSettings.ts";

/** Stacks whose objects are held against rules, schemas and the API server: settings by what they show. */
export const CONFIGURATIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  production: settingsOf("production"),
  kubernetes: settingsOf("kubernetes"),
  everything: {
    ...settingsOf("production"),
    shards: "3",
    replicas: "3",
    producer: "simulate",
    storageClass: "fast-ssd",
    serviceImagePrefix: "ghcr.io/acme/tickhouse-",
    imagePullSecret: "registry",
    ingressHost: "ticks.example.com",
    ingressClass: "nginx",
    ingressTlsSecret: "tickhouse-tls",
    ingressClusterIssuer: "letsencrypt",
    monitoring: "operator",
    otlpEndpoint: "http://collector.observability:4318",
  },
  watched: { ...settingsOf("kubernetes"), monitoring: "stack" },
  bare: {
    ...settingsOf("kubernetes"),
    shards: "1",
    partitions: "1",
    producer: "off",
    insertQuorum: "off",
    rolloutGate: "off",
  },
};
