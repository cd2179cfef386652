import { createHash } from "node:crypto";
import { XMLParser } from "fast-xml-parser";
import type { Rendered } from "./program.ts";

/** A pod as a workload would make it. */
export interface Pod {
  readonly of: string;
  readonly labels: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: looked into field by field
  readonly spec: any;
}

/** The pods of all workloads. */
export const podsOf = (objects: readonly Rendered[]): Pod[] =>
  objects
    .filter(({ kind }) => ["StatefulSet", "Deployment", "Job", "DaemonSet"].includes(kind))
    .map(({ kind, metadata, spec }) => ({
      of: `${kind} ${metadata.name}`,
      labels: spec.template.metadata.labels,
      spec: spec.template.spec,
    }));

export const matches = (
  selector: { readonly matchLabels?: Readonly<Record<string, string>> },
  labels: Readonly<Record<string, string>>,
): boolean => Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);

/** Kinds of volumes that Pod Security `restricted` accepts. */
const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** What Pod Security `restricted` and our own rules have against a pod, each by the field that it is about. */
export function podProblems({ spec }: Pod): string[] {
  const problems: string[] = [];
  const want = (field: string, met: boolean): void => {
    if (!met) problems.push(field);
  };
  const of = spec.securityContext ?? {};
  want("runAsNonRoot", of.runAsNonRoot === true);
  want("runAsUser", Number(of.runAsUser) > 0);
  want("seccompProfile", of.seccompProfile?.type === "RuntimeDefault");
  for (const shared of ["hostNetwork", "hostPID", "hostIPC"]) want(shared, spec[shared] !== true);
  want("automountServiceAccountToken", spec.automountServiceAccountToken === false);
  want("serviceAccountName", ![undefined, "", "default"].includes(spec.serviceAccountName));
  want("enableServiceLinks", spec.enableServiceLinks === false);
  want("terminationGracePeriodSeconds", Number(spec.terminationGracePeriodSeconds) >= 30);
  want("topologySpreadConstraints", (spec.topologySpreadConstraints ?? []).length > 0);
  want("podAntiAffinity", spec.affinity?.podAntiAffinity !== undefined);
  for (const volume of spec.volumes ?? [])
    want(
      `volume ${volume.name}`,
      Object.keys(volume).every((key) => key === "name" || VOLUMES.includes(key)),
    );
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    const own = container.securityContext ?? {};
    want("allowPrivilegeEscalation", own.allowPrivilegeEscalation === false);
    want("privileged", own.privileged !== true);
    want("readOnlyRootFilesystem", own.readOnlyRootFilesystem === true);
    want("capabilities", own.capabilities?.drop?.includes("ALL") && !own.capabilities?.add);
    want(`image ${container.image}`, /(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/.test(container.image));
    for (const kind of ["requests", "limits"])
      for (const what of ["cpu", "memory"])
        want(`${kind}.${what}`, container.resources?.[kind]?.[what] !== undefined);
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"])
      want(probe, container[probe] !== undefined);
    want(
      "hostPort",
      (container.ports ?? []).every((port: { hostPort?: number }) => !port.hostPort),
    );
    for (const { name, value } of container.env ?? [])
      want(
        `env ${name}`,
        !/PASSWORD|SECRET|KEY(?!STORE)/.test(name) || String(value).startsWith("/etc/tickhouse/"),
      );
  }
  return problems;
}

const EMPTY = createHash("sha256").update("").digest("hex");

/** Users of ClickHouse in a rendered Secret whom a network lets in without a password. */
export function openUsers({ stringData = {} }: Rendered): string[] {
  return Object.values(stringData as Record<string, string>).flatMap((text) => {
    if (!text.includes("<users>")) return [];
    const { users } = new XMLParser({ parseTagValue: false }).parse(text).clickhouse;
    return Object.entries(users as Record<string, Record<string, unknown>>)
      .filter(([, user]) => [undefined, "", EMPTY].includes(user["password_sha256_hex"] as string))
      .filter(([, user]) => {
        const networks = [(user["networks"] as { ip?: string | string[] })?.ip ?? "::/0"].flat();
        const grants = [(user["grants"] as { query?: string | string[] })?.query ?? "GRANT ALL"].flat();
        const loopback = networks.every((ip) => ip === "127.0.0.1" || ip === "::1");
        return !loopback || grants.some((grant) => /ALL|tickhouse/.test(grant));
      })
      .map(([name]) => name);
  });
}
