import type * as k8s from "@pulumi/kubernetes";
import { MEMBER_LABEL } from "./names.ts";
import { type PodArgs, podTemplate } from "./pod.ts";

type StatefulSetSpec = k8s.types.input.apps.v1.StatefulSetSpec;
type ServiceSpec = k8s.types.input.core.v1.ServiceSpec;
type ClaimSpec = k8s.types.input.core.v1.PersistentVolumeClaimSpec;

/** One member of an ensemble: a StatefulSet of one pod, which never has two at a time. Pure. */
export const statefulSetSpec = (pod: PodArgs): StatefulSetSpec => ({
  replicas: 1,
  serviceName: pod.name,
  selector: { matchLabels: selectorOf(pod) },
  podManagementPolicy: "Parallel",
  updateStrategy: { type: "RollingUpdate" },
  revisionHistoryLimit: 3,
  template: podTemplate(pod),
});

type Member = Pick<PodArgs, "name" | "labels" | "ports">;

const selectorOf = ({ labels, name }: Pick<Member, "name" | "labels">): Record<string, string> => ({
  [MEMBER_LABEL]: labels[MEMBER_LABEL] ?? name,
});

/** The name by which the others find a member. It has one before it is ready: an ensemble comes up together. Pure. */
export const memberServiceSpec = (pod: Member): ServiceSpec => ({
  clusterIP: "None",
  publishNotReadyAddresses: true,
  selector: selectorOf(pod),
  ports: servicePorts(pod.ports),
});

/** One address for clients, who come to any pod of a role that is ready. Pure. */
export const clientServiceSpec = (
  labels: Readonly<Record<string, string>>,
  ports: Readonly<Record<string, number>>,
): ServiceSpec => ({ type: "ClusterIP", selector: { ...labels }, ports: servicePorts(ports) });

const servicePorts = (ports: Readonly<Record<string, number>>) =>
  Object.entries(ports).map(([name, port]) => ({ name, port, targetPort: port }));

/** A volume of one member; a claim of its own, so that it grows in place. Pure. */
export const claimSpec = (gigabytes: number, storageClass: string): ClaimSpec => ({
  accessModes: ["ReadWriteOnce"],
  ...(storageClass !== "" && { storageClassName: storageClass }),
  resources: { requests: { storage: `${gigabytes}Gi` } },
});
