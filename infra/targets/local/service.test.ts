import { describe, expect, it } from "vitest";
import { connectable } from "../address.ts";
import { type ServiceProcessArgs, serviceProcess } from "./service.ts";

const ARGS: ServiceProcessArgs = {
  name: "api",
  directory: "/state/api",
  bundle: { folder: "/root/services/api/dist", contentHash: "abc" },
  args: ["--flag", "value"],
  env: { CLICKHOUSE_USER: "api" },
  secretFiles: { CLICKHOUSE_PASSWORD_FILE: "hidden", API_KEYS_FILE: "hidden too" },
  folders: { DASHBOARD_DIR: { folder: "/root/services/dashboard/dist", contentHash: "def" } },
  listen: { host: "0.0.0.0", port: 8000, readyPath: "/health/ready", setting: "tickhouse:apiPort" },
  metricsPort: 9464,
  readyTimeoutMs: 60_000,
};
const METRICS = { host: "127.0.0.1", port: 9464, owner: "api's metrics", setting: "tickhouse:metricsPort" };

describe("serviceProcess", () => {
  it("runs the bundle with its arguments", () => {
    expect(serviceProcess(ARGS).command).toEqual([
      "node",
      "--enable-source-maps",
      "/root/services/api/dist/main.cjs",
      "--flag",
      "value",
    ]);
  });

  it("hands secrets over as files, and never in the environment or a command line", () => {
    const { env, files, command } = serviceProcess(ARGS);
    expect(files).toEqual({ "clickhouse-password": "hidden", "api-keys": "hidden too" });
    expect(env).toEqual({
      CLICKHOUSE_USER: "api",
      CLICKHOUSE_PASSWORD_FILE: "/state/api/etc/clickhouse-password",
      API_KEYS_FILE: "/state/api/etc/api-keys",
      DASHBOARD_DIR: "/root/services/dashboard/dist",
      METRICS_PORT: "9464",
      LOG_FILE: "/state/api/log/api.log",
    });
    expect(JSON.stringify([env, command])).not.toContain("hidden");
  });

  it("asks a service that listens on all addresses for its readiness on loopback, and claims the port", () => {
    const { ready, ports } = serviceProcess(ARGS);
    expect(ready).toEqual({ kind: "http", url: "http://127.0.0.1:8000/health/ready" });
    expect(ports).toEqual([
      { host: "0.0.0.0", port: 8000, owner: "api", setting: "tickhouse:apiPort" },
      METRICS,
    ]);
  });

  it("takes a service that tells nothing but metrics for ready when it stays up", () => {
    const { listen: _, ...silent } = ARGS;
    expect(serviceProcess(silent)).toMatchObject({ ready: { kind: "alive" }, ports: [METRICS] });
  });

  it("is another one when its bundle or the page that it serves changes", () => {
    const hashes = [
      ARGS,
      { ...ARGS, bundle: { ...ARGS.bundle, contentHash: "abd" } },
      {
        ...ARGS,
        folders: { DASHBOARD_DIR: { folder: "/root/services/dashboard/dist", contentHash: "deg" } },
      },
    ].map((args) => serviceProcess(args).contentHash);
    expect(new Set(hashes).size).toBe(3);
  });
});

describe("connectable", () => {
  it.each([
    ["0.0.0.0", "127.0.0.1"],
    ["::", "[::1]"],
    ["::1", "[::1]"],
    ["fe80::1", "[fe80::1]"],
    ["192.168.1.2", "192.168.1.2"],
  ])("%s is reached at %s", (address, host) => {
    expect(connectable(address)).toBe(host);
    expect(new URL(`http://${connectable(address)}:8000`).port).toBe("8000");
  });
});
