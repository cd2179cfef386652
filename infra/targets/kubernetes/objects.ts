import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { namespaceOf } from "./names.ts";
import type { Place } from "./rollout/member.ts";

export interface ObjectsArgs {
  readonly stack: string;
  /** Context of the kubeconfig; empty for the current one. */
  readonly context: string;
  /** Whether volumes, and the namespace around them, are protected. */
  readonly protectData: boolean;
  readonly parent: pulumi.Resource;
}

/** The namespace of a stack and all that is made in it, with the options that they share. */
export class Objects {
  readonly place: Place;
  readonly parent: pulumi.Resource;
  private readonly namespace: k8s.core.v1.Namespace;
  private readonly protectData: boolean;
  private readonly labels: Record<string, string>;
  private readonly provider: k8s.Provider;
  /** What has to be there before any pod is: accounts, and what keeps pods apart. */
  private beforePods: readonly pulumi.Resource[] = [];

  constructor({ stack, context, protectData, parent }: ObjectsArgs) {
    this.place = { context, namespace: namespaceOf(stack) };
    this.parent = parent;
    this.protectData = protectData;
    this.labels = { "app.kubernetes.io/part-of": "tickhouse", "app.kubernetes.io/instance": stack };
    this.provider = new k8s.Provider("cluster", context === "" ? {} : { context }, { parent });
    const enforced = ["enforce", "audit", "warn"].map((mode) => [
      `pod-security.kubernetes.io/${mode}`,
      "restricted",
    ]);
    this.namespace = new k8s.core.v1.Namespace(
      "namespace",
      {
        metadata: {
          name: this.place.namespace,
          labels: { ...this.labels, ...Object.fromEntries(enforced) },
        },
      },
      { parent, provider: this.provider, protect: protectData },
    );
  }

  /** Name, namespace and labels of an object. */
  metadata(
    name: pulumi.Input<string>,
    labels: Readonly<Record<string, string>> = {},
    annotations: Readonly<Record<string, pulumi.Input<string>>> = {},
  ): k8s.types.input.meta.v1.ObjectMeta {
    return {
      name,
      namespace: this.namespace.metadata.name,
      labels: { ...this.labels, ...labels },
      ...(Object.keys(annotations).length > 0 && { annotations }),
    };
  }

  /** Options of an object: it goes with its namespace, where that goes. */
  options(opts: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
    return {
      parent: this.parent,
      provider: this.provider,
      ...this.goes(),
      ...opts,
    };
  }

  /** From now on pods wait for these. */
  holdPods(until: readonly pulumi.Resource[]): void {
    this.beforePods = until;
  }

  /** Options of what makes pods. */
  podOptions(dependsOn: readonly pulumi.Resource[]): pulumi.CustomResourceOptions {
    return this.options({ dependsOn: [...this.beforePods, ...dependsOn] });
  }

  /** For resources of our own, which have no Kubernetes provider. */
  goes(): pulumi.CustomResourceOptions {
    return { deletedWith: this.namespace };
  }

  /** For volumes, and what the stack remembers of their layout. */
  keeps(): pulumi.CustomResourceOptions {
    return { protect: this.protectData };
  }

  /**
   * Rendered files as a Secret that never changes: other files make another one under another name, which its pod refers
   * to. So a pod never starts with files that are older than its own specification.
   * @returns its name
   */
  secretFiles(
    name: string,
    labels: Readonly<Record<string, string>>,
    files: Readonly<Record<string, pulumi.Input<string>>>,
  ): pulumi.Output<string> {
    const contents = pulumi.secret(pulumi.all(files));
    const secret = new k8s.core.v1.Secret(
      name,
      {
        metadata: this.metadata(nameByContent(name, contents), labels),
        type: "Opaque",
        immutable: true,
        stringData: contents,
      },
      this.options(),
    );
    return secret.metadata.name;
  }

  /** The same for files without secrets. */
  plainFiles(
    name: string,
    labels: Readonly<Record<string, string>>,
    files: Readonly<Record<string, string>>,
  ): pulumi.Output<string> {
    const map = new k8s.core.v1.ConfigMap(
      name,
      {
        metadata: this.metadata(nameByContent(name, pulumi.output(files)), labels),
        immutable: true,
        data: { ...files },
      },
      this.options(),
    );
    return map.metadata.name;
  }
}

const nameByContent = (
  name: string,
  contents: pulumi.Output<Record<string, string>>,
): pulumi.Output<string> =>
  pulumi.unsecret(contents.apply((files) => `${name}-${sha256(JSON.stringify(files)).slice(0, 10)}`));

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
