import { describe, expect, it } from "vitest";
import type { Config } from "../../config.ts";
import { createTopology } from "../../topology.ts";
import { nodePod } from "./clickhouse.ts";
import { bucketsPolicy, errandsOf } from "./fences.ts";
import { brokerPod, kafkaWay } from "./kafka.ts";
import { keeperPod } from "./keeper.ts";
import { clusterIdOf } from "./names.ts";
import { networkPolicies } from "./networkPolicies.ts";
import { serverPorts } from "./ports.ts";
import { claimSpec, statefulSetSpec } from "./statefulSet.ts";

const { nodes, keepers, brokers } = createTopology({
  shards: 2,
  replicasPerShard: 2,
  keepers: 3,
  brokers: 3,
  partitions: 4,
  clickhouseHttpPort: 8123,
  clickhouseNativePort: 9000,
});
const PLAIN = {
  target: "kubernetes",
  bindAddress: "127.0.0.1",
  tls: "off",
  tlsParts: ["clickhouse", "keeper"],
  clickhouseImage: "clickhouse/clickhouse-server:26.7",
  keeperImage: "clickhouse/clickhouse-keeper:26.7",
  kafkaImage: "apache/kafka:4.2.1",
  clickhouseMemoryMb: 4_000,
  clickhouseCpuMillicores: 3_000,
  kafkaHeapMb: 1_024,
  kafkaCpuMillicores: 500,
  antiAffinity: "required",
  imagePullSecret: "",
} satisfies Partial<Config>;
const CONFIG: Parameters<typeof nodePod>[1] &
  Parameters<typeof keeperPod>[1] &
  Parameters<typeof brokerPod>[2] = PLAIN;
const SECURE: typeof CONFIG = { ...PLAIN, tls: "auto" };
const [, second] = nodes;
if (second === undefined) throw new Error("a topology without nodes");
const FILES = { config: "a-config-1", users: "a-users-1", drain: "a-drain-1" };

describe("a ClickHouse node", () => {
  const pod = nodePod(second, CONFIG, "tickhouse", FILES);
  const spec = statefulSetSpec({ ...pod, claims: { "data-clickhouse-01-2": "/var/lib/clickhouse" } });
  const [container] = (spec.template as unknown as { spec: { containers: Record<string, unknown>[] } }).spec
    .containers;

  it("has a quarter more memory than the server may allocate, promised and bounded", () => {
    expect(container?.["resources"]).toEqual({
      requests: { cpu: "3000m", memory: "5000Mi" },
      limits: { cpu: "6000m", memory: "5000Mi" },
    });
  });

  it("brings itself to rest before it is stopped, and has the time for it", () => {
    const lifecycle = container?.["lifecycle"] as { preStop: { exec: { command: string[] } } };
    expect(lifecycle.preStop.exec.command.slice(0, 2)).toEqual(["sh", "-c"]);
    expect(lifecycle.preStop.exec.command[2]).toContain("DETACH TABLE");
    expect(pod.graceSeconds).toBeGreaterThanOrEqual(120);
  });

  it("keeps away from the other replicas of its shard, and only from them", () => {
    expect(pod.placement.affinity).toMatchObject({
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            topologyKey: "kubernetes.io/hostname",
            labelSelector: { matchLabels: { "tickhouse.com/shard": "01" } },
          },
        ],
      },
    });
  });

  it("is another pod with other files", () => {
    const other = nodePod(second, CONFIG, "tickhouse", { ...FILES, config: "a-config-2" });
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(pod));
  });
});

it("a Keeper is ready in a quorum alone, and lives without one", () => {
  const [keeper] = keepers;
  if (keeper === undefined) throw new Error("a topology without Keepers");
  const { readinessProbe, livenessProbe, startupProbe } = keeperPod(keeper, CONFIG, {
    config: "keeper-1-config",
  }).probes;
  expect(JSON.stringify(readinessProbe)).toContain("mntr");
  expect(JSON.stringify(livenessProbe)).toContain("ruok");
  expect(Number(startupProbe.periodSeconds) * Number(startupProbe.failureThreshold)).toBe(3_600);
});

describe("over TLS", () => {
  it("a ClickHouse node has the secure ports and no other, is asked there, and verifies itself when it stops", () => {
    const pod = nodePod(second, SECURE, "tickhouse", { ...FILES, tls: "a-tls-1" });
    expect(pod.ports).toEqual({ http: 8443, native: 9440, interserver: 9010, metrics: 9363 });
    expect(pod.probes.readinessProbe.httpGet).toEqual({ path: "/ping", port: 8443, scheme: "HTTPS" });
    expect(pod.secrets).toMatchObject({ "a-tls-1": "/etc/tickhouse-tls" });
    expect(pod.preStop).toContain("--ca-certificate=/etc/tickhouse-tls/ca.crt");
    expect(pod.preStop).toContain("https://localhost:8443/");
  });

  it("a Keeper is asked for its quorum by HTTPS, and lives while it listens", () => {
    const [keeper] = keepers;
    if (keeper === undefined) throw new Error("a topology without Keepers");
    const pod = keeperPod(keeper, SECURE, { config: "keeper-1-config", tls: "keeper-1-tls-1" });
    expect(pod.ports).toEqual({ keeper: 9281, raft: 9234, metrics: 9363 });
    expect(pod.probes.readinessProbe.httpGet).toEqual({ path: "/ready", port: 9182, scheme: "HTTPS" });
    expect(pod.probes.livenessProbe.tcpSocket).toEqual({ port: 9281 });
  });

  it("policies open the secure ports and no other", () => {
    const policies = JSON.stringify(
      networkPolicies(["clickhouse", "keeper", "api"], [], serverPorts(SECURE)),
    );
    for (const port of [8443, 9440, 9010, 9281]) expect(policies, String(port)).toContain(`"port":${port}`);
    for (const port of [8123, 9000, 9009, 9181])
      expect(policies, String(port)).not.toContain(`"port":${port}`);
  });
});

describe("a broker", () => {
  it("listens for clients outside on its own loopback, at a port of its own on theirs", () => {
    const settings = brokers.map((broker) => brokerPod(broker, brokers, CONFIG, "id", "kafka-logins-1").env);
    expect(settings.map((env) => env["KAFKA_ADVERTISED_LISTENERS"])).toEqual([
      "INSIDE://kafka-1:9092,OUTSIDE://127.0.0.1:29092",
      "INSIDE://kafka-2:9092,OUTSIDE://127.0.0.1:29093",
      "INSIDE://kafka-3:9092,OUTSIDE://127.0.0.1:29094",
    ]);
    for (const env of settings) expect(env["KAFKA_LISTENERS"]).toContain("OUTSIDE://127.0.0.1:29092");
  });

  it("is reached by the program through a tunnel to its pod, by the name that it advertises", () => {
    const { bootstrap, tunnels } = kafkaWay({ context: "c", namespace: "n" }, brokers);
    expect(bootstrap).toBe("kafka-1:9092,kafka-2:9092,kafka-3:9092");
    expect(tunnels?.["kafka-2:9092"]).toEqual({ context: "c", namespace: "n", pod: "kafka-2-0", port: 9092 });
  });

  it("has a cluster id of sixteen bytes that is the stack's own and no option of a command", () => {
    const ids = Array.from({ length: 200 }, (_, index) => clusterIdOf(`stack-${index}`));
    for (const id of ids) {
      expect(Buffer.from(id, "base64url")).toHaveLength(16);
      expect(id).toMatch(/^[^-]/);
    }
    expect(new Set(ids).size).toBe(200);
  });
});

describe("claimSpec", () => {
  it("names a class only where one is wanted", () => {
    expect(claimSpec(20, "fast")).toMatchObject({
      storageClassName: "fast",
      resources: { requests: { storage: "20Gi" } },
    });
    expect(claimSpec(20, "")).not.toHaveProperty("storageClassName");
  });
});

describe("networkPolicies", () => {
  it("lets ClickHouse out to buckets at their ports alone, and where there is none to none", () => {
    expect(bucketsPolicy({ archiveUrl: "", backupUrl: "" })).toBeUndefined();
    const both = { archiveUrl: "https://s3.example.com/a/", backupUrl: "http://minio.example.com:9000/b/" };
    expect(bucketsPolicy(both)?.egress).toEqual([
      {
        ports: [
          { protocol: "TCP", port: 443 },
          { protocol: "TCP", port: 9000 },
        ],
      },
    ]);
  });

  const policies = networkPolicies(
    ["kafka", "clickhouse", "api", "bars"],
    [{ namespace: "ingress-nginx", to: "api", port: 8000 }],
    serverPorts(CONFIG),
  );

  it("opens each arrow at both of its ends", () => {
    const text = (name: string, way: "ingress" | "egress") => JSON.stringify(policies[name]?.[way]);
    expect(text("bars", "egress")).toContain("8123");
    expect(text("clickhouse", "ingress")).toContain('"bars"');
    expect(text("bars", "egress")).not.toContain("9092");
    expect(text("kafka", "ingress")).not.toContain('"bars"');
  });

  it("lets those out who trace, to the collector and to nobody else of its namespace", () => {
    const errands = errandsOf({ otlpEndpoint: "http://collector.observability.svc:4318/" });
    const traced = networkPolicies(["api", "bars", "producer"], [], serverPorts(CONFIG), errands);
    for (const role of ["api", "producer"]) {
      const egress = JSON.stringify(traced[role]?.egress);
      expect(egress).toContain('"kubernetes.io/metadata.name":"observability"');
      expect(egress).toContain("4318");
    }
    expect(JSON.stringify(traced["bars"])).not.toContain("observability");
    expect(errandsOf({ otlpEndpoint: "" })).toEqual([]);
  });

  it("lets visitors in where they are expected, and nobody who is not there", () => {
    expect(JSON.stringify(policies["api"]?.ingress)).toContain("ingress-nginx");
    expect(JSON.stringify(policies["clickhouse"])).not.toContain("ingress-nginx");
    expect(JSON.stringify(policies)).not.toContain('"keeper"');
  });
});
