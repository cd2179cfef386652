import { describe, expect, it } from "vitest";
import type { Resource, Rule } from "../resource.ts";
import { pinnedImage } from "./pinnedImage.ts";
import { generatedSecrets, leaks, plaintextSecret } from "./plaintextSecret.ts";
import { protectedData } from "./protectedData.ts";
import { publicBind } from "./publicBind.ts";

const resource = (type: string, props: object, more: Partial<Resource> = {}): Resource => ({
  type,
  name: "x",
  props: props as Record<string, unknown>,
  unknown: new Set(),
  protect: false,
  ...more,
});
const container = (props: object, more?: Partial<Resource>) =>
  resource("docker:index/container:Container", props, more);
const process = (props: object) => resource("pulumi-nodejs:dynamic/local:Process", props);
const deployment = (spec: object) =>
  resource("kubernetes:apps/v1:Deployment", { kind: "Deployment", spec: { template: { spec } } });
const service = (spec: object) => resource("kubernetes:core/v1:Service", { spec });
const ingress = (spec: object) => resource("kubernetes:networking.k8s.io/v1:Ingress", { spec });
const image = (props: object) => resource("docker:index/remoteImage:RemoteImage", props);

const TLS = "API_TLS_CERTIFICATE_FILE=/etc/tickhouse/certificate";
const KEYS = "API_KEYS_FILE=/etc/tickhouse/api-keys";
const port = (ip: string, internal = 8000) => ({ ip, internal, external: internal });
const broker = (protocol: string) => ({
  envs: [
    "KAFKA_LISTENERS=INSIDE://:9092,OUTSIDE://:29092",
    `KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=INSIDE:SASL_PLAINTEXT,OUTSIDE:${protocol}`,
  ],
  ports: [port("0.0.0.0", 29_092)],
});

type Case = readonly [what: string, rule: Rule, passes: Resource, refused: Resource, says: RegExp];

describe("each rule", () => {
  it.each<Case>([
    [
      "the API beyond loopback without TLS",
      publicBind,
      container({ envs: [TLS, KEYS], ports: [port("0.0.0.0")] }),
      container({ envs: [KEYS], ports: [port("0.0.0.0")] }),
      /^port 8000 is open on 0\.0\.0\.0 without TLS/,
    ],
    [
      "the API beyond loopback without a key",
      publicBind,
      container({ envs: [TLS, KEYS], ports: [port("192.0.2.7")] }),
      container({ envs: [TLS], ports: [port("192.0.2.7")] }),
      /^port 8000 is open on 192\.0\.2\.7, and asks nobody/,
    ],
    [
      "a port without an address, which is open everywhere",
      publicBind,
      container({ ports: [port("127.0.0.1")] }),
      container({ envs: [KEYS], ports: [{ internal: 8000, external: 8000 }] }),
      /^port 8000 is open on 0\.0\.0\.0 without TLS/,
    ],
    [
      "a broker in clear",
      publicBind,
      container(broker("SASL_SSL")),
      container(broker("SASL_PLAINTEXT")),
      /^port 29092 is open on 0\.0\.0\.0 without TLS/,
    ],
    [
      "a broker that asks for no login",
      publicBind,
      container(broker("SASL_SSL")),
      container(broker("SSL")),
      /^port 29092 is open on 0\.0\.0\.0, and asks nobody/,
    ],
    [
      "ClickHouse in clear",
      publicBind,
      container({ ports: [port("::", 8443)] }),
      container({ envs: [KEYS], ports: [port("::", 8123)] }),
      /^port 8123 is open on :: without TLS/,
    ],
    [
      "a process beyond loopback",
      publicBind,
      process({ ports: [{ host: "127.0.0.1", port: 8000 }] }),
      process({ env: { API_KEYS_FILE: "/k" }, ports: [{ host: "10.0.0.1", port: 8000 }] }),
      /^port 8000 is open on 10\.0\.0\.1 without TLS/,
    ],
    [
      "a pod with a port of its machine",
      publicBind,
      deployment({ containers: [{ ports: [{ containerPort: 8000 }] }] }),
      deployment({
        containers: [
          { env: [{ name: "API_KEYS_FILE", value: "/k" }], ports: [{ containerPort: 8000, hostPort: 80 }] },
        ],
      }),
      /^port 80 is open on 0\.0\.0\.0 without TLS/,
    ],
    [
      "a Service that is not internal",
      publicBind,
      service({ type: "ClusterIP" }),
      service({ type: "LoadBalancer" }),
      /^its type is LoadBalancer; accepted: ClusterIP/,
    ],
    [
      "a Service with an external address",
      publicBind,
      service({}),
      service({ externalIPs: ["192.0.2.7"] }),
      /^it has external addresses 192\.0\.2\.7/,
    ],
    [
      "an Ingress without a certificate",
      publicBind,
      ingress({ rules: [{ host: "a.b" }], tls: [{ hosts: ["a.b"], secretName: "tls" }] }),
      ingress({ rules: [{ host: "a.b" }], tls: [{ hosts: ["c.d"], secretName: "tls" }] }),
      /^host a\.b has no certificate/,
    ],
    [
      "an image without a tag",
      pinnedImage,
      image({ name: "clickhouse/clickhouse-server:26.7" }),
      image({ name: "localhost:5000/clickhouse-server" }),
      /^image localhost:5000\/clickhouse-server is not pinned/,
    ],
    [
      "the latest of an image",
      pinnedImage,
      container({ image: `sha256:${"0".repeat(64)}` }),
      container({ image: "apache/kafka:latest" }),
      /^image apache\/kafka:latest is not pinned/,
    ],
    [
      "an image that is built on one that is not pinned",
      pinnedImage,
      image({ name: "api:0a1b", build: { buildArgs: { BASE_IMAGE: "node:24-bookworm-slim" } } }),
      image({ name: "api:0a1b", build: { buildArgs: { BASE_IMAGE: "node" } } }),
      /^image node is not pinned/,
    ],
    [
      "a pod's image without a tag, an init container's too",
      pinnedImage,
      deployment({ containers: [{ image: `a@sha256:${"0".repeat(64)}` }] }),
      deployment({ containers: [{ image: "a:1" }], initContainers: [{ image: "b" }] }),
      /^image b is not pinned/,
    ],
    ...(
      [
        ["a volume of Docker", "docker:index/volume:Volume", { name: "tickhouse-x-kafka-1-data" }],
        ["a claim", "kubernetes:core/v1:PersistentVolumeClaim", {}],
        ["a broker's folder", "pulumi-nodejs:dynamic/local:Directory", { path: "/w/.tickhouse/dev/kafka" }],
        ["a data table", "pulumi-nodejs:dynamic/tickhouse:SqlFile", { object: "ticks_local", kind: "data" }],
      ] as const
    ).map(
      ([what, type, props]): Case => [
        `${what} that is not protected`,
        protectedData,
        resource(type, props, { protect: true }),
        resource(type, props),
        /^it holds data and is not protected/,
      ],
    ),
    [
      "a password in an environment",
      plaintextSecret,
      container({ envs: ["CLICKHOUSE_PASSWORD_FILE=/etc/tickhouse/clickhouse-password"] }),
      container({ envs: ["CLICKHOUSE_PASSWORD=hunter22"] }),
      /^environment variable CLICKHOUSE_PASSWORD holds a secret; accepted: CLICKHOUSE_PASSWORD_FILE/,
    ],
    [
      "a password in an address",
      plaintextSecret,
      process({ env: { CLICKHOUSE_URLS: "http://clickhouse-01:8123" } }),
      process({ env: { CLICKHOUSE_URLS: "http://api:hunter22@clickhouse-01:8123" } }),
      /^env\.CLICKHOUSE_URLS holds a private key or a password/,
    ],
    [
      "a password among arguments",
      plaintextSecret,
      container({ command: ["--password-file", "/etc/password", "--port", "8000"] }),
      container({ command: ["clickhouse-client", "--password", "hunter22"] }),
      /^argument --password holds a secret/,
    ],
    [
      "a password in a health check of a pod",
      plaintextSecret,
      deployment({ containers: [{ args: ["--api-key=/etc/key"] }] }),
      deployment({ containers: [{ args: ["--api-key=hunter22"] }] }),
      /^argument --api-key holds a secret/,
    ],
    [
      "a private key in an object that is no Secret",
      plaintextSecret,
      resource("kubernetes:core/v1:Secret", { stringData: { key: "-----BEGIN PRIVATE KEY-----" } }),
      resource("kubernetes:core/v1:ConfigMap", { data: { key: "-----BEGIN PRIVATE KEY-----" } }),
      /^data\.key holds a private key/,
    ],
  ])("refuses %s, and nothing else", (_what, rule, passes, refused, says) => {
    expect(rule(passes)).toEqual([]);
    const problems = rule(refused);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(says);
  });

  it("waits for the update where a preview does not know what a server is told", () => {
    const open = { ports: [port("0.0.0.0")] };
    expect(publicBind(container(open, { unknown: new Set(["envs"]) }))).toEqual([]);
    expect(publicBind(container(open))).toHaveLength(2);
  });

  it("leaves volumes that hold rendered files and objects without data alone", () => {
    expect(protectedData(resource("docker:index/volume:Volume", { name: "t-clickhouse-01-users" }))).toEqual(
      [],
    );
    expect(protectedData(resource("a:dynamic/local:Directory", { path: "/w/.tickhouse/dev/api" }))).toEqual(
      [],
    );
    expect(protectedData(resource("a:dynamic/tickhouse:SqlFile", { kind: "view" }))).toEqual([]);
  });
});

describe("generated secrets", () => {
  const value = "a-generated-secret-of-24-bytes";
  const secrets = generatedSecrets([
    resource("pulumi-nodejs:dynamic/tickhouse:RandomSecret", { bytes: 24, value }, { name: "api-password" }),
  ]);

  it.each([
    ["an environment", container({ envs: [`SOMETHING=${value}`] }), "envs.0"],
    ["a label", container({ labels: [{ label: "a", value }] }), "labels.0.value"],
    ["a ConfigMap", resource("kubernetes:core/v1:ConfigMap", { data: { a: `<p>${value}</p>` } }), "data.a"],
    [
      "an annotation of a Secret",
      resource("kubernetes:core/v1:Secret", { metadata: { annotations: { a: value } } }),
      "metadata.annotations.a",
    ],
    ["a command", process({ command: ["node", value] }), "command.1"],
  ])("are found in %s", (_where, leaking, path) => {
    expect(leaks(leaking, secrets)).toEqual([
      `${path} holds api-password in clear; accepted: a Secret, or a private file`,
    ]);
  });

  it.each([
    ["a private file of a container", container({ uploads: [{ file: "/etc/a", content: value }] })],
    ["a private file of a process", process({ files: { "users.xml": value } })],
    ["a Secret", resource("kubernetes:core/v1:Secret", { stringData: { a: value } })],
    ["a resource of our own", resource("a:dynamic/tickhouse:SqlFile", { node: { password: value } })],
  ])("may stand in %s", (_where, holding) => {
    expect(leaks(holding, secrets)).toEqual([]);
  });
});
