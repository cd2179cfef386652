import { PolicyPack, type ResourceValidationPolicy, type StackValidationPolicy } from "@pulumi/policy";
import { knownProps, type Resource, type Rule } from "./resource.ts";
import { pinnedImage } from "./rules/pinnedImage.ts";
import { generatedSecrets, leaks, plaintextSecret } from "./rules/plaintextSecret.ts";
import { protectedData } from "./rules/protectedData.ts";
import { publicBind } from "./rules/publicBind.ts";

interface Seen {
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly opts: { readonly protect: boolean };
}

const toResource = ({ type, name, props, opts }: Seen): Resource => ({
  type,
  name,
  ...knownProps(props),
  protect: opts.protect,
});

/** Holds each resource against a rule. */
const policy = (name: string, description: string, rule: Rule): ResourceValidationPolicy => ({
  name,
  description,
  enforcementLevel: "mandatory",
  validateResource(args, report) {
    for (const problem of rule(toResource(args))) report(`${args.name}: ${problem}`);
  },
});

const noLeak: StackValidationPolicy = {
  name: "no-generated-secret-in-clear",
  description: "No password, key or token that the program has made is readable by others.",
  enforcementLevel: "mandatory",
  validateStack(args, report) {
    const resources = args.resources.map(toResource);
    const secrets = generatedSecrets(resources);
    for (const resource of resources)
      for (const problem of leaks(resource, secrets)) report(`${resource.name}: ${problem}`);
  },
};

new PolicyPack("tickhouse", {
  policies: [
    policy(
      "no-public-bind-without-tls-and-key",
      "What others than this machine's users can reach speaks TLS and asks who they are.",
      publicBind,
    ),
    policy("no-unpinned-image", "Every image has a tag other than latest, or a digest.", pinnedImage),
    policy("no-unprotected-data", "Volumes and data tables are protected from deletion.", protectedData),
    policy(
      "no-plaintext-secret",
      "No secret stands in an environment, in arguments, or where others read it.",
      plaintextSecret,
    ),
    noLeak,
  ],
});
