/** What is not from npm, as a component of a CycloneDX document. */
export interface OtherComponent {
  readonly type: "library" | "container";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

const component = (type: OtherComponent["type"], kind: string, name: string, version: string) => {
  const purl = `pkg:${kind}/${name}@${version.replaceAll("+", "%2B")}`;
  return { type, "bom-ref": purl, name, version, purl };
};

/** Modules of a go.mod. Pure. */
export const goModules = (text: string): OtherComponent[] =>
  [...text.matchAll(/^(?:require)?\s+([\w.-]+\.[\w.-]+\/\S+) (v\S+)/gm)].map(([, name = "", version = ""]) =>
    component("library", "golang", name, version),
  );

/** Dependencies that a pom.xml names, versions by property too; what they need themselves Maven decides. Pure. */
export function mavenArtifacts(text: string): OtherComponent[] {
  const property = (value: string): string =>
    value.replace(/\$\{([\w.]+)\}/g, (_, name: string) => {
      const tag = name.replaceAll(".", "\\.");
      return new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(text)?.[1] ?? name;
    });
  const each =
    /<dependency>\s*<groupId>([^<]+)<\/groupId>\s*<artifactId>([^<]+)<\/artifactId>\s*<version>([^<]+)<\/version>/g;
  return [...text.matchAll(each)].map(([, group = "", artifact = "", version = ""]) =>
    component("library", "maven", `${group}/${artifact}`, property(version)),
  );
}

/** Pinned packages of a requirements.txt. Pure. */
export const pythonPackages = (text: string): OtherComponent[] =>
  [...text.matchAll(/^([\w.-]+)==(\S+)/gm)].map(([, name = "", version = ""]) =>
    component("library", "pypi", name.toLowerCase(), version),
  );

/** Images that the settings name by default: `tickhouse:kafkaImage`. Pure. */
export const imagesOf = (pulumiYaml: string): OtherComponent[] =>
  [...pulumiYaml.matchAll(/^ {2}tickhouse:\w+Image:\n(?: {4}.*\n)*? {4}default: (\S+):(\S+)$/gm)].map(
    ([, name = "", version = ""]) => component("container", "docker", name, version),
  );
