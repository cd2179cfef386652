import { execa } from "execa";
import { expect } from "vitest";
import type { Checkout } from "./checkout.ts";

/** Why this machine has no Docker to test with; undefined where it has. */
export async function dockerProblem(): Promise<string | undefined> {
  const info = await execa("docker", ["info", "--format", "{{.ServerVersion}}"], {
    reject: false,
    all: true,
  });
  return info.exitCode === 0 ? undefined : (info.all ?? "").trim().split("\n").at(-1);
}

/** Runs docker; its output, without the last newline. */
export async function docker(...args: string[]): Promise<string> {
  return (await execa("docker", args)).stdout;
}

/** Everything of a stack that a Docker host still has: containers, volumes, networks and images of ours. */
export async function leftovers(stack: string): Promise<string[]> {
  const filter = ["--filter", `label=com.tickhouse.stack=${stack}`];
  const lists = await Promise.all([
    docker("ps", "-a", ...filter, "--format", "container {{.Names}}"),
    docker("volume", "ls", ...filter, "--format", "volume {{.Name}}"),
    docker("network", "ls", ...filter, "--format", "network {{.Name}}"),
    docker("image", "ls", "-a", ...filter, "--format", "image {{.Repository}}:{{.Tag}}"),
  ]);
  return lists.flatMap((list) => list.split("\n").filter(Boolean));
}

/** Takes a test's stack down, whatever became of it, and its checkout; nothing of it may be left. */
export async function takeDown(checkout: Checkout | undefined): Promise<void> {
  if (checkout === undefined) return;
  await checkout.npm("down");
  const left = await leftovers(checkout.stack);
  checkout.remove();
  expect(left, "left on the Docker host").toEqual([]);
}
