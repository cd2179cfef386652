import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Objects, sha256 } from "./objects.ts";
import type { PodArgs } from "./pod.ts";
import type { Health } from "./rollout/health.ts";
import { REVISION_ANNOTATION } from "./rollout/member.ts";
import { Gate, Settled } from "./rollout/resources.ts";
import { claimSpec, memberServiceSpec, statefulSetSpec } from "./statefulSet.ts";

/** One member: its pod, and the volume that outlives it. */
export interface MemberArgs {
  readonly name: string;
  readonly pod: pulumi.Input<Omit<PodArgs, "claims">>;
  /** Of the member's objects. */
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, number>>;
  /** Folder of the volume. */
  readonly dataPath: string;
}

export interface EnsembleArgs {
  readonly members: readonly MemberArgs[];
  readonly volumeGb: number;
  readonly storageClass: string;
  readonly health: pulumi.Input<Health>;
  /** Whether a change waits for the others. */
  readonly gated: boolean;
  readonly deadlineSeconds: number;
  /** What has to be settled before. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/**
 * Members that come up together, since they may need each other for it, and change one after the other, each only while
 * all others are up and in sync. A StatefulSet a member, and not one for all: the graph then orders their changes, each
 * has files of its own, and its claim is an object whose size can be raised. Pulumi's own waiting is off: it would wait
 * for a first member that waits for a second.
 * @returns each member as it is when it is settled, in their order
 */
export function createEnsemble(objects: Objects, args: EnsembleArgs): Settled[] {
  const { health, deadlineSeconds } = args;
  const names = args.members.map(({ name }) => name);
  let before: pulumi.Resource[] = [...args.dependsOn];
  return args.members.map((member) => {
    const { name } = member;
    const claim = createClaim(objects, member, args);
    new k8s.core.v1.Service(
      name,
      {
        metadata: objects.metadata(name, member.labels),
        spec: memberServiceSpec({ name, labels: member.labels, ports: member.ports }),
      },
      objects.options(),
    );
    const spec = pulumi
      .all([member.pod, claim.metadata.name])
      .apply(([pod, claimName]) => statefulSetSpec({ ...pod, claims: { [claimName]: member.dataPath } }));
    const revision = pulumi.unsecret(spec.apply((all) => sha256(JSON.stringify(all)).slice(0, 16)));
    const common = { place: objects.place, member: name, revision, deadlineSeconds, health };
    const gate = new Gate(
      `${name}-gate`,
      { ...common, others: names.filter((other) => other !== name), closed: args.gated },
      { parent: objects.parent, ...objects.goes(), dependsOn: before },
    );
    const set = new k8s.apps.v1.StatefulSet(
      name,
      {
        metadata: objects.metadata(name, member.labels, {
          [REVISION_ANNOTATION]: revision,
          "pulumi.com/skipAwait": "true",
        }),
        spec,
      },
      objects.podOptions([gate]),
    );
    before = [set];
    return new Settled(
      `${name}-settled`,
      { ...common, uid: set.metadata.uid },
      { parent: objects.parent, ...objects.goes(), dependsOn: [set] },
    );
  });
}

function createClaim(
  objects: Objects,
  { name, labels }: MemberArgs,
  { volumeGb, storageClass }: EnsembleArgs,
): k8s.core.v1.PersistentVolumeClaim {
  return new k8s.core.v1.PersistentVolumeClaim(
    `${name}-data`,
    {
      // A class may make the volume only for the pod that wants it.
      metadata: objects.metadata(`data-${name}`, labels, { "pulumi.com/skipAwait": "true" }),
      spec: claimSpec(volumeGb, storageClass),
    },
    objects.options(objects.keeps()),
  );
}
