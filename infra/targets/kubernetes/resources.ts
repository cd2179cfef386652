import type * as k8s from "@pulumi/kubernetes";

type Requirements = k8s.types.input.core.v1.ResourceRequirements;

/** Of a container's memory, what is left to the page cache and the binary of a server with a bound of its own. */
const HEADROOM = 1.25;
/** A JVM needs this much besides its heap. */
const JVM_MB = 512;

/** Memory of a ClickHouse node's container whose server may allocate this much, in MiB. */
export const clickhouseMemory = (serverMb: number): number => Math.ceil(serverMb * HEADROOM);

/** Memory of a broker's container with a heap of this size, in MiB. */
export const kafkaMemory = (heapMb: number): number => heapMb + JVM_MB;

/** Starting takes a core or two for seconds, however little is needed later. */
const LEAST_CPU_LIMIT = 2_000;

/**
 * Memory is promised and bounded alike: a pod that lives on more than it was promised is the first to be killed. CPU may
 * be twice what is promised, and two cores, where the machine has them. Pure.
 */
export const requirements = (cpuMillicores: number, memoryMb: number): Requirements => ({
  requests: { cpu: `${cpuMillicores}m`, memory: `${memoryMb}Mi` },
  limits: { cpu: `${Math.max(cpuMillicores * 2, LEAST_CPU_LIMIT)}m`, memory: `${memoryMb}Mi` },
});
