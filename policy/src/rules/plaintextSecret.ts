import type { Resource, Rule } from "../resource.ts";
import { workloadsOf } from "../workload.ts";

const SECRET_NAME = /(PASSWORD|PASSWD|SECRET|TOKEN|(API|ACCESS|PRIVATE)_?KEY|CREDENTIAL)/i;
/** A path, or a switch: no secret stands in it. */
const HARMLESS = /^(\/\S*|true|false|on|off|\d{0,6})$/i;
const WITH_PASSWORD = /[a-z][a-z0-9+.-]*:\/\/[^/\s:@]+:[^/\s@]+@/i;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const ARGUMENT = /^--?[\w-]*(password|passwd|secret|token|api-?key)[\w-]*(=(?<value>.+))?$/i;

/**
 * No secret where other users of a machine or cluster read it: in a process's environment or arguments, in labels, in
 * objects that are no Secrets. Servers get paths of files that their owner alone reads.
 */
export const plaintextSecret: Rule = (resource) => [
  ...workloadsOf(resource).flatMap(({ env, args }) => [
    ...Object.entries(env)
      .filter(([name, value]) => looksSecret(name, value))
      .map(([name]) => `environment variable ${name} holds a secret; accepted: ${name}_FILE with a path`),
    ...secretArguments(args).map((name) => `argument ${name} holds a secret; accepted: a path of a file`),
  ]),
  ...openTexts(resource)
    .filter(([, text]) => PRIVATE_KEY.test(text) || WITH_PASSWORD.test(text))
    .map(([path]) => `${path} holds a private key or a password; accepted: a Secret, or a private file`),
];

const looksSecret = (name: string, value: string): boolean => SECRET_NAME.test(name) && !HARMLESS.test(value);

/** `--password=abc`, and `--password abc`. */
function secretArguments(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    const match = ARGUMENT.exec(arg);
    if (match === null) return [];
    const value = match.groups?.["value"] ?? args[index + 1] ?? "";
    return value === "" || value.startsWith("-") || HARMLESS.test(value) ? [] : [arg.split("=")[0] ?? arg];
  });
}

/** Secrets that the program has made itself: their values must not be read where others can read. */
export function generatedSecrets(resources: readonly Resource[]): Map<string, string> {
  return new Map(
    resources
      .filter(({ type }) => /:(RandomSecret|CertificateAuthority|ServerCertificate)$/.test(type))
      .flatMap(({ name, props }) =>
        Object.entries(props)
          .filter(([key]) => ["value", "previous", "privateKey"].includes(key))
          .flatMap(([, value]): [string, string][] =>
            typeof value === "string" && value.length >= 16 ? [[value, name]] : [],
          ),
      ),
  );
}

/** Generated secrets in clear in a resource. Pure. */
export function leaks(resource: Resource, secrets: ReadonlyMap<string, string>): string[] {
  return openTexts(resource).flatMap(([path, text]) =>
    [...secrets]
      .filter(([value]) => text.includes(value))
      .map(([, name]) => `${path} holds ${name} in clear; accepted: a Secret, or a private file`),
  );
}

/** Properties by type that are made to hold secrets: encrypted in the state, and readable by their owner alone. */
const PRIVATE: readonly [RegExp, RegExp][] = [
  [/^kubernetes:core\/v1:Secret$/, /^(stringData|data)\b/],
  [/^docker:index\/container:Container$/, /^uploads\.\d+\.content/],
  [/dynamic\/local:Process$/, /^(files|stop)\b/],
  // Our own resources act with what they are given, and keep it encrypted.
  [/dynamic\/tickhouse:/, /./],
  [/dynamic\/(docker|kubernetes):/, /./],
  [/^pulumi:pulumi:Stack$/, /./],
];

/** All texts of a resource that others may read, each with where it stands. */
function openTexts({ type, props }: Resource): [string, string][] {
  const isPrivate = (path: string): boolean =>
    PRIVATE.some(([ofType, ofPath]) => ofType.test(type) && ofPath.test(path));
  const walk = (value: unknown, path: string): [string, string][] => {
    if (isPrivate(path)) return [];
    if (typeof value === "string") return [[path, value]];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, each]) => walk(each, path === "" ? key : `${path}.${key}`));
  };
  return walk(props, "");
}
