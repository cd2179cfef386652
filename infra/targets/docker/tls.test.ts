import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { STACK_USERS } from "../../clickhouse/users/users.ts";
import { loadConfig } from "../../config.ts";
import { inClear } from "../../testing/inClear.ts";
import { settingsOf } from "../../testing/stackSettings.ts";
import { Tls } from "../../tls/tls.ts";
import { createTopology } from "../../topology.ts";
import { DockerTarget } from "./index.ts";

vi.mock("../../dynamic/lazyProvider.ts", () => ({ lazyProvider: () => ({}) }));

// What the target asks Docker for, over TLS and after its certificates were renewed, by an engine that makes nothing.
interface Container {
  readonly ports?: readonly { readonly internal: number; readonly external: number }[];
  readonly envs?: readonly string[];
  readonly healthcheck?: { readonly tests: readonly string[] };
  readonly labels: readonly { readonly label: string; readonly value: string }[];
  readonly uploads?: readonly { readonly file: string; readonly content: string }[];
}
type Rendered = ReadonlyMap<string, Container>;

/** @param round of the certificates; another one is a renewal */
async function render(round: number, changes: Record<string, string> = {}): Promise<Rendered> {
  const config = loadConfig({ ...settingsOf("docker"), bindAddress: "0.0.0.0", ...changes });
  const topology = createTopology({ ...config, replicasPerShard: 1 });
  const made = new Map<string, Container>();
  await pulumi.runtime.setMocks({
    newResource({ type, name, inputs }) {
      if (type === "docker:index/container:Container") made.set(name, inClear(inputs) as Container);
      const issued = type.endsWith(":ServerCertificate")
        ? { certificate: `certificate ${round} of ${name}`, privateKey: `key ${round} of ${name}` }
        : { certificate: "the authority", privateKey: "its key" };
      return { id: `${name}-id`, state: { ...inputs, imageId: `${name}-digest`, ...issued } };
    },
    call: ({ inputs }) => inputs,
  });
  class Parent extends pulumi.ComponentResource {}
  const parent = new Parent("test:index:Parent", "parent");
  const common = { config, topology, stack: "test", root: "/", parent };
  const target = new DockerTarget({ ...common, tls: new Tls(common) });
  const secret = (text: string) => pulumi.secret(text);
  const kafka = target.createKafka({
    password: secret("a"),
    plainUsers: pulumi.output<Record<string, string>>({}),
  });
  const users = Object.fromEntries(STACK_USERS.map((user) => [user, secret(user)])) as Record<
    (typeof STACK_USERS)[number],
    pulumi.Output<string>
  >;
  target.createClickHouse({
    topology,
    kafka,
    topic: "ticks",
    consumerGroup: "tickhouse",
    kafkaLogin: pulumi.output({ mechanism: "SCRAM-SHA-512" as const, username: "clickhouse", password: "b" }),
    database: "tickhouse",
    passwords: { ...users, cluster: secret("c"), previousOwner: secret("") },
    storage: pulumi.output({}),
  });
  target.createService({
    name: "api",
    bundle: { folder: "/api", contentHash: "abc" },
    args: [],
    env: {},
    secretFiles: {},
    folders: {},
    listen: {
      hostVariable: "API_HOST",
      portVariable: "API_PORT",
      certificateVariable: "API_TLS_CERTIFICATE_FILE",
      keyVariable: "API_TLS_KEY_FILE",
      readyPath: "/health/ready",
      livePath: "/health/live",
    },
    dependsOn: [],
  });
  await pulumi.runtime.disconnect();
  return made;
}

let first: Rendered;
let renewed: Rendered;
let plain: Rendered;
beforeAll(async () => {
  first = await render(1);
  renewed = await render(2);
  plain = await render(1, { tls: "off" });
});

const healthOf = (name: string, of = first) => of.get(name)?.healthcheck?.tests.join(" ") ?? "";
const filesOf = (name: string, of = first) =>
  Object.fromEntries((of.get(`${name}-files`)?.uploads ?? []).map(({ file, content }) => [file, content]));
const hashOf = (name: string, of: Rendered) =>
  of.get(name)?.labels.find(({ label }) => label === "com.tickhouse.files")?.value;

describe("a stack on Docker that listens beyond loopback", () => {
  it("publishes the secure ports of ClickHouse alone, and asks there whether it is ready", () => {
    expect(first.get("clickhouse-01")?.ports).toMatchObject([
      { internal: 8443, external: 8123 },
      { internal: 9440, external: 9000 },
    ]);
    expect(healthOf("clickhouse-01")).toContain(
      "--ca-certificate=/etc/tickhouse-tls/ca.crt https://clickhouse-01:8443/ping",
    );
    expect(Object.keys(filesOf("clickhouse-01"))).toEqual(
      expect.arrayContaining(["ca.crt", "tls.crt", "tls.key"].map((file) => `/etc/tickhouse-tls/${file}`)),
    );
  });

  it("has every listener of Kafka over TLS, with its key before its certificate", () => {
    expect(first.get("kafka-1")?.envs).toEqual(
      expect.arrayContaining([
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=INSIDE:SASL_SSL,CONTROLLER:SASL_SSL,OUTSIDE:SASL_SSL",
        "KAFKA_SSL_KEYSTORE_LOCATION=/etc/kafka/secrets/broker.pem",
      ]),
    );
    expect(filesOf("kafka-1")).toMatchObject({
      "/etc/kafka/secrets/broker.pem": "key 1 of kafka-1-certificate\ncertificate 1 of kafka-1-certificate",
      "/etc/kafka/secrets/ca.pem": "the authority\n",
    });
  });

  it("asks Keeper at its secure port, and the API by the name that its clients know", () => {
    expect(healthOf("keeper-1")).toContain("127.0.0.1 9281");
    expect(healthOf("api")).toContain('checkServerIdentity("127.0.0.1", shown)');
    expect(first.get("api")?.envs).toContain("API_TLS_KEY_FILE=/etc/tickhouse/api-tls-key");
  });

  it("is in clear where TLS is off", () => {
    expect(plain.get("clickhouse-01")?.ports).toMatchObject([{ internal: 8123 }, { internal: 9000 }]);
    expect(healthOf("keeper-1", plain)).toContain("ruok");
    expect([...plain.keys()].flatMap((name) => Object.keys(filesOf(name, plain))).join()).not.toContain(
      "tls",
    );
  });
});

describe("a renewal of certificates", () => {
  it.each(["clickhouse-01", "clickhouse-02", "keeper-1", "api"])(
    "puts another certificate beside %s, which reads it, and is the same container",
    (name) => {
      expect(JSON.stringify(filesOf(name, renewed))).toContain(`certificate 2 of ${name}-certificate`);
      expect(renewed.get(name)).toEqual(first.get(name));
    },
  );

  it("makes Kafka another container, which a controller's listener needs", () => {
    expect(hashOf("kafka-1", renewed)).not.toBe(hashOf("kafka-1", first));
  });
});
