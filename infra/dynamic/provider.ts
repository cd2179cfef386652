import type * as pulumi from "@pulumi/pulumi";

/** A dynamic resource's side that acts; all of it is spelled out, so nothing is left to a default. */
export interface Provider<Inputs, Outputs> {
  /** Validates inputs; runs in a preview too. */
  check(olds: Inputs | undefined, news: Inputs): Promise<pulumi.dynamic.CheckFailure[]>;
  diff(olds: Outputs, news: Inputs): Promise<pulumi.dynamic.DiffResult>;
  create(inputs: Inputs): Promise<{ id: string; outs: Outputs }>;
  /** What is really there; undefined when it is gone. */
  read(id: string, props: Outputs): Promise<Outputs | undefined>;
  update(id: string, olds: Outputs, news: Inputs): Promise<Outputs>;
  delete(id: string, props: Outputs): Promise<void>;
}
