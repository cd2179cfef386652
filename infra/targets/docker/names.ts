import type * as docker from "@pulumi/docker";

/** Names and labels of everything that a stack owns on a Docker host. */
export interface Naming {
  /** `tickhouse-docker-clickhouse-01` */
  named(part: string): string;
  /** Labels by which an operator finds what belongs to a stack, and what it does there. */
  labels(role: string): { label: string; value: string }[];
}

export function createNaming(stack: string): Naming {
  return {
    named: (part) => `tickhouse-${stack}-${part}`,
    labels: (role) => [
      { label: "com.tickhouse.stack", value: stack },
      { label: "com.tickhouse.role", value: role },
    ],
  };
}

/** A file that is put into a container before it starts, readable by its owner alone, and a group where one is named. */
export interface PrivateFile {
  readonly path: string;
  readonly content: NonNullable<docker.types.input.ContainerUpload["content"]>;
  /** User and group id inside of the container. */
  readonly owner: string;
  /** Id of the group that may read it too. */
  readonly group?: string;
  /** Whether the server reads it again when it changes, and so need not start anew. @default false */
  readonly live?: boolean;
}
