import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../paths.ts";
import { type AuditReport, advisoryProblems } from "./advisories.ts";
import { EXCEPTIONS_FILE, parseExceptions, readExceptions } from "./exceptions.ts";
import { type Component, licenceProblems } from "./licences.ts";
import { goModules, imagesOf, mavenArtifacts, pythonPackages } from "./others.ts";
import { npmSbom, withOthers } from "./sbom.ts";

const component = (name: string, ...ids: string[]): Component => ({
  name,
  version: "1.0.0",
  licenses: ids.map((id) => (/ /.test(id) ? { expression: id } : { license: { id } })),
});
const LICENCES = {
  allowed: ["MIT", "Apache-2.0"],
  exceptions: [{ package: "odd-*", licence: "MPL-2.0", reason: "a build tool, not delivered" }],
};
const check = (...components: Component[]) =>
  licenceProblems([component("odd-one", "MPL-2.0"), ...components], LICENCES);

describe("licenceProblems", () => {
  it.each([
    ["an allowed licence", component("a", "MIT")],
    ["a choice with an allowed one", component("a", "(GPL-3.0-only OR MIT)")],
    ["two that are both allowed", component("a", "MIT AND Apache-2.0")],
    ["an explained exception", component("odd-two", "MPL-2.0")],
  ])("accepts %s", (_what, accepted) => {
    expect(check(accepted)).toEqual([]);
  });

  it.each([
    ["a forbidden licence", component("a", "GPL-3.0-only"), /^a@1\.0\.0 is under GPL-3\.0-only/],
    ["one of two that is forbidden", component("a", "MIT AND GPL-3.0-only"), /under MIT AND GPL/],
    ["an explained package under another licence", component("odd-two", "GPL-3.0-only"), /^odd-two/],
    ["none at all", component("a"), /^a@1\.0\.0 is under no licence that it tells/],
    ["what is no licence's name", component("a", "SEE LICENSE IN x"), /under SEE LICENSE IN x/],
  ])("refuses %s", (_what, refused, says) => {
    const problems = check(refused);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(says);
  });

  it("refuses an exception that nothing needs", () => {
    expect(licenceProblems([component("a", "MIT")], LICENCES)).toEqual([
      "nothing needs the exception for odd-* (MPL-2.0)",
    ]);
  });
});

describe("advisoryProblems", () => {
  const report: AuditReport = {
    vulnerabilities: {
      a: { via: [{ url: "https://github.com/advisories/GHSA-aaaa", title: "reads too much" }] },
      b: { via: ["a"] },
    },
  };
  const exception = { id: "GHSA-aaaa", reason: "we never call that", until: "2027-01-01" };

  it("refuses a known vulnerability that nobody has explained", () => {
    expect(advisoryProblems(report, [], "2026-12-01")).toEqual(["GHSA-aaaa, a: reads too much"]);
  });

  it("accepts an explained one until its day, and no explanation without one", () => {
    expect(advisoryProblems(report, [exception], "2027-01-01")).toEqual([]);
    expect(advisoryProblems(report, [exception], "2027-01-02")).toEqual([
      "GHSA-aaaa, a: reads too much: accepted until 2027-01-01 only",
    ]);
    expect(advisoryProblems({ vulnerabilities: {} }, [exception], "2026-12-01")).toEqual([
      "nothing needs the exception for GHSA-aaaa",
    ]);
  });

  it("takes no answer for no audit", () => {
    expect(() => advisoryProblems({ message: "405 Method Not Allowed" }, [], "2026-12-01")).toThrow(
      "the registry gave no audit: 405 Method Not Allowed",
    );
  });
});

describe("parseExceptions", () => {
  it("takes no exception without a reason", () => {
    const text = readFileSync(EXCEPTIONS_FILE, "utf8");
    expect(() => parseExceptions(text)).not.toThrow();
    expect(() => parseExceptions(text.replace(/"reason": "[^"]*"/, '"reason": ""'))).toThrow(/say why/);
  });
});

describe("what is not from npm", () => {
  it("is read from where it is pinned", () => {
    const purls = (components: readonly { purl: string }[]) => components.map(({ purl }) => purl);
    expect(
      purls(
        goModules(
          "module a\n\ngo 1.25.0\n\nrequire (\n\tgithub.com/b/c/v3 v3.1.0+incompatible // indirect\n)\n",
        ),
      ),
    ).toEqual(["pkg:golang/github.com/b/c/v3@v3.1.0%2Bincompatible"]);
    expect(
      purls(
        mavenArtifacts(
          "<k.v>4.2.1</k.v><dependency><groupId>org.a</groupId><artifactId>k</artifactId><version>${k.v}</version></dependency>",
        ),
      ),
    ).toEqual(["pkg:maven/org.a/k@4.2.1"]);
    expect(purls(pythonPackages("# a\nPandas==2.0\n"))).toEqual(["pkg:pypi/pandas@2.0"]);
    expect(
      purls(
        imagesOf(
          "  tickhouse:kafkaImage:\n    type: string\n    description: x\n    default: apache/kafka:4.2.1\n",
        ),
      ),
    ).toEqual(["pkg:docker/apache/kafka@4.2.1"]);
  });
});

describe("this project", () => {
  it("has no licence that is neither allowed nor explained, and a bill of materials of all that it uses", async () => {
    const sbom = await npmSbom();
    expect(licenceProblems(sbom.components, readExceptions().licences)).toEqual([]);
    const all = withOthers(sbom).components;
    const locked = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as { packages: object };
    expect(sbom.components.length).toBeGreaterThan(Object.keys(locked.packages).length / 2);
    const purls = all.map((each) => ("purl" in each ? each.purl : ""));
    for (const expected of [
      /^pkg:npm\/express@/,
      /^pkg:golang\/github\.com\/pulumi\/pulumi\/pkg\/v3@v3\./,
      /^pkg:maven\/org\.apache\.kafka\/kafka_2\.13@4\./,
      /^pkg:docker\/clickhouse\/clickhouse-server@26\./,
      /^pkg:pypi\/pandas@/,
    ])
      expect(
        purls.some((purl) => expected.test(purl)),
        String(expected),
      ).toBe(true);
    expect(new Set(purls).size).toBe(purls.length);
  });
});
