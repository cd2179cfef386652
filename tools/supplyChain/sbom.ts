import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { ROOT } from "../paths.ts";
import type { Component } from "./licences.ts";
import { goModules, imagesOf, mavenArtifacts, type OtherComponent, pythonPackages } from "./others.ts";

/** A CycloneDX document. */
export interface Sbom {
  readonly components: readonly (Component | OtherComponent)[];
  readonly [field: string]: unknown;
}

/** What npm has locked, development included; with licences, as the lock knows them. */
export async function npmSbom(): Promise<Sbom & { readonly components: readonly Component[] }> {
  const { stdout } = await execa("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
    cwd: ROOT,
  });
  return JSON.parse(stdout);
}

/** The same with what comes from elsewhere: the CLI's Go modules, Kafka's jars, Python for tests, images. */
export function withOthers(sbom: Sbom): Sbom {
  const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), "utf8");
  const others = [
    ...goModules(read("tools", "pulumi-cli", "go.mod")),
    ...goModules(read("tools", "pulumi-nodejs", "go.mod")),
    ...mavenArtifacts(read("tools", "kafka", "pom.xml")),
    ...pythonPackages(read("tools", "python", "requirements.txt")),
    ...imagesOf(read("Pulumi.yaml")),
  ];
  const unique = [...new Map(others.map((each) => [each.purl, each])).values()];
  return { ...sbom, components: [...sbom.components, ...unique] };
}
