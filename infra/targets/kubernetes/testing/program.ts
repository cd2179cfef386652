import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type BundleName, STAMP, sourceHash } from "../../../bundles.ts";
import { loadConfig } from "../../../config.ts";
import { inClear } from "../../../testing/inClear.ts";
import { Warehouse } from "../../../warehouse.ts";
import { ROOT } from "../../local/layout.ts";
import { KubernetesTarget } from "../index.ts";

/** A Kubernetes object as the program asks for it. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  // biome-ignore lint/suspicious/noExplicitAny: objects of all kinds, looked into by tests
  readonly spec?: any;
  readonly [field: string]: unknown;
}

export interface Program {
  readonly objects: readonly Rendered[];
  /** Every resource by its name, the program's own too, and what it was given. */
  readonly resources: readonly Asked[];
}

/** A resource that the program asked for. */
interface Asked {
  readonly type: string;
  readonly name: string;
  readonly inputs: object;
  /** Whether Pulumi is to refuse to delete it. */
  readonly protect: boolean;
}

const BUNDLES: readonly BundleName[] = ["producer", "bars", "api", "dashboard", "docs"];

/** A checkout with a schema and services that are built, as the program looks at them. */
export function createRoot(path: string): string {
  cpSync(join(ROOT, "schema"), join(path, "schema"), { recursive: true });
  writeFileSync(join(path, "package-lock.json"), "{}");
  for (const part of [...BUNDLES, "common", "audit", "deadLetters"])
    mkdirSync(join(path, "services", part, "dist"), { recursive: true });
  for (const name of BUNDLES) {
    writeFileSync(join(path, "services", name, "dist", "main.cjs"), name);
    writeFileSync(join(path, "services", name, "dist", STAMP), sourceHash(path, name));
  }
  return path;
}

/** What our own resources make besides what they are given. */
function madeBy(type: string, name: string): Record<string, string> {
  if (type.endsWith(":RandomSecret")) return { value: `a-generated-secret-of-${name}` };
  if (/:(CertificateAuthority|ServerCertificate)$/.test(type))
    return { certificate: `the-certificate-of-${name}`, privateKey: `a-generated-secret-of-${name}` };
  return {};
}

/** Runs the program with an engine that makes nothing, and tells what it asked for. */
export async function renderProgram(
  stack: string,
  settings: Readonly<Record<string, string>>,
  root: string,
): Promise<Program> {
  const resources: Asked[] = [];
  const protectedOnes = new Set<string>();
  // Mocks are not told of options.
  const noteProtection: pulumi.ResourceTransformation = ({ type, name, opts }) => {
    if (opts.protect === true) protectedOnes.add(`${type} ${name}`);
    return undefined;
  };
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        const protect = protectedOnes.has(`${type} ${name}`);
        resources.push({ type, name, inputs: inClear(inputs) as object, protect });
        return { id: `${name}-id`, state: { ...inputs, ...madeBy(type, name) } };
      },
      call: ({ inputs }) => inputs,
    },
    "tickhouse",
    stack,
  );
  const warehouse = new Warehouse(
    "tickhouse",
    root,
    loadConfig(settings),
    (args) => new KubernetesTarget(args),
    { transformations: [noteProtection] },
  );
  await new Promise((resolve) => warehouse.api.url.apply(resolve));
  await pulumi.runtime.disconnect();
  const objects = resources
    .map(({ inputs }) => inputs as Rendered)
    .filter(({ kind, apiVersion }) => kind !== undefined && apiVersion !== undefined);
  return { objects, resources };
}
