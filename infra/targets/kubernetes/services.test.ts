import { describe, expect, it } from "vitest";
import type { Config } from "../../config.ts";
import { serviceImage } from "./images.ts";
import { deploymentSpec, type ServicePodArgs, servicePod } from "./services.ts";

const CONFIG: ServicePodArgs["config"] & Pick<Config, "apiMaxReplicas"> = {
  target: "kubernetes",
  bindAddress: "127.0.0.1",
  tls: "auto",
  tlsParts: ["api"],
  imagePullSecret: "",
  antiAffinity: "preferred",
  apiReplicas: 2,
  apiMaxReplicas: 2,
};
const listen = {
  hostVariable: "API_HOST",
  portVariable: "API_PORT",
  certificateVariable: "API_TLS_CERTIFICATE_FILE",
  keyVariable: "API_TLS_KEY_FILE",
  readyPath: "/health/ready",
  livePath: "/health/live",
};
const podOf = (name: "api" | "bars", secretFiles: string[] = [], config = CONFIG) =>
  servicePod({
    service: { name, args: [], folders: {}, ...(name === "api" && { listen }) },
    image: "tickhouse/api:1",
    env: { B: "2", A: "1" },
    secretFiles,
    secret: "api-files-abc",
    config,
  });

describe("deploymentSpec", () => {
  it("changes what listens without a gap, in as many copies as are wanted", () => {
    expect(deploymentSpec(podOf("api"), CONFIG)).toMatchObject({
      replicas: 2,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } },
    });
  });

  it("leaves the number of copies to the autoscaler where there is one", () => {
    expect(deploymentSpec(podOf("api"), { ...CONFIG, apiMaxReplicas: 6 })).not.toHaveProperty("replicas");
  });

  it("never has two of what keeps the bars, whatever the API has", () => {
    expect(deploymentSpec(podOf("bars"), { ...CONFIG, apiMaxReplicas: 6 })).toMatchObject({
      replicas: 1,
      strategy: { type: "Recreate" },
    });
  });
});

describe("servicePod", () => {
  it("is asked over TLS where it serves that", () => {
    const schemeOf = (pod: ReturnType<typeof podOf>) => JSON.stringify(pod.probes).match(/"scheme":"HTTPS"/g);
    expect(schemeOf(podOf("api"))).toHaveLength(3);
    expect(schemeOf(podOf("api", [], { ...CONFIG, tls: "off" }))).toBeNull();
  });

  it("tells where secrets are, and not what they are", () => {
    const pod = podOf("api", ["CLICKHOUSE_PASSWORD_FILE"]);
    expect(pod.env["CLICKHOUSE_PASSWORD_FILE"]).toBe("/etc/tickhouse/clickhouse-password");
    expect(pod.secrets).toEqual({ "api-files-abc": "/etc/tickhouse" });
    expect(podOf("api")).not.toHaveProperty("secrets");
  });

  it("does not kill an API for a database that is away", () => {
    const { probes } = podOf("api");
    expect(probes.readinessProbe).toMatchObject({ httpGet: { path: "/health/ready" } });
    expect(probes.livenessProbe).toMatchObject({ httpGet: { path: "/health/live" } });
  });
});

describe("serviceImage", () => {
  const bundle = (contentHash: string) => ({ folder: "/", contentHash });

  it("is another one with any other content, and the same for the same", () => {
    const image = (base: string, ...hashes: string[]) =>
      serviceImage("ghcr.io/acme/tickhouse-", "api", hashes.map(bundle), base);
    expect(image("node:24", "a", "b")).toMatch(/^ghcr\.io\/acme\/tickhouse-api:[0-9a-f]{12}$/);
    expect(image("node:24", "a", "b")).toBe(image("node:24", "a", "b"));
    const others = [image("node:24", "a", "c"), image("node:25", "a", "b"), image("node:24", "ab")];
    expect(new Set([image("node:24", "a", "b"), ...others]).size).toBe(4);
  });
});
