import { describe, expect, it } from "vitest";
import { createTopology } from "../topology.ts";
import { archivePlaceProvider } from "./archivePlaceProvider.ts";
import { storageConfig } from "./render.ts";
import { STORAGE_SETTINGS, type StorageSettings, storageProblems } from "./settings.ts";
import { storageOf } from "./storage.ts";

const SETTINGS: StorageSettings = {
  target: "docker",
  hotDays: 0,
  archiveUrl: "",
  archiveKeyId: "",
  archiveSecretKey: "",
  backupUrl: "",
  backupKeyId: "",
  backupSecretKey: "",
};
const URL = "https://s3.eu-central-1.amazonaws.com/acme/ticks";
const { nodes } = createTopology({
  shards: 2,
  replicasPerShard: 2,
  partitions: 4,
  clickhouseHttpPort: 1,
  clickhouseNativePort: 1,
});
const [, second] = nodes;
if (second === undefined) throw new Error("no second node");

describe("settings of storage", () => {
  it.each(["", URL, "http://10.0.0.1:9000/b/", "https://minio.example.com/bucket/a/b"])(
    "accept %j",
    (url) => {
      expect(STORAGE_SETTINGS.archiveUrl.safeParse(url).success).toBe(true);
    },
  );

  it.each([
    "b",
    "s3://b/p",
    "https://host",
    "https://host/",
    `${URL}?a=b`,
    "https://a:b@host/b/",
    "https://h/a b",
  ])("refuse %j", (url) => {
    expect(STORAGE_SETTINGS.backupUrl.safeParse(url).success).toBe(false);
  });

  it.each<[Partial<StorageSettings>, string[]]>([
    [{}, []],
    [{ hotDays: 7, archiveUrl: URL }, []],
    [{ hotDays: 7 }, ["hotDays"]],
    [{ backupUrl: URL, backupKeyId: "k" }, ["backupKeyId"]],
    [{ archiveUrl: URL, archiveSecretKey: "never shown" }, ["archiveKeyId"]],
    [{ archiveUrl: URL, backupUrl: `${URL}/` }, ["backupUrl"]],
  ])("of %j", (changed, names) => {
    const problems = storageProblems({ ...SETTINGS, ...changed });
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual(names);
    expect(problems.join()).not.toContain("never shown");
  });
});

describe("storage", () => {
  it("is nothing where nothing is set, but a folder for backups where servers are processes of this machine", () => {
    expect(storageOf(SETTINGS, "/b")).toEqual({});
    expect(storageConfig({}, second)).toEqual({});
    expect(storageOf({ ...SETTINGS, target: "local" }, "/b")).toEqual({
      backups: { kind: "folder", path: "/b" },
    });
  });

  it("gives each replica a folder of its own in the archive, and all one for backups", () => {
    const storage = storageOf(
      { ...SETTINGS, archiveUrl: URL, archiveKeyId: "id", archiveSecretKey: "secret", backupUrl: `${URL}-b` },
      "/b",
    );
    expect(storageConfig(storage, second)).toMatchObject({
      storage_configuration: {
        disks: {
          archive: {
            endpoint: `${URL}/01/clickhouse-01-2/`,
            access_key_id: "id",
            secret_access_key: "secret",
          },
          backups: { type: "s3_plain", endpoint: `${URL}-b/`, use_environment_credentials: 1 },
        },
        policies: { tiered: { volumes: { default: { disk: "default" }, archive: { disk: "archive" } } } },
      },
      backups: { allowed_disk: "backups" },
    });
  });
});

describe("the place of the archive", () => {
  const check = (before: string | undefined, after: string) =>
    archivePlaceProvider.check(before === undefined ? undefined : { url: before }, { url: after });

  it("can be set, and stays", async () => {
    for (const [before, after] of [
      [undefined, ""],
      [undefined, URL],
      ["", URL],
      [URL, URL],
    ] as const)
      expect(await check(before, after)).toEqual([]);
  });

  it.each(["", `${URL}/elsewhere`])("is not changed to %j: old ticks would not be found", async (after) => {
    const [failure] = await check(URL, after);
    expect(failure?.reason).toContain(`Accepted: ${URL}.`);
  });
});
