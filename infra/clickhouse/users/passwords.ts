import * as pulumi from "@pulumi/pulumi";
import type { STACK_USERS, UserPasswords } from "./users.ts";

/** Generated secrets of the ClickHouse nodes: a password for each user, and one by which the nodes know each other. */
export type Passwords = {
  readonly [user in (typeof STACK_USERS)[number]]: pulumi.Output<string>;
} & {
  readonly cluster: pulumi.Output<string>;
  /** The owner's until its last change: a node that has not changed yet still asks for it. */
  readonly previousOwner: pulumi.Output<string>;
};

/** All of them when they are known; those of users are the ones that are rendered. */
export const valuesOf = (
  passwords: Passwords & { readonly drain?: pulumi.Output<string> },
): pulumi.Output<UserPasswords & { readonly cluster: string }> =>
  // The type of `all` makes one record of an object.
  pulumi.all(passwords) as unknown as pulumi.Output<UserPasswords & { readonly cluster: string }>;
