import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { execa } from "execa";
import { pollUntil } from "../../infra/poll.ts";
import { ROOT } from "../../infra/targets/local/layout.ts";
import type { Checkout } from "./checkout.ts";

/** What gives an image of this machine's Docker to its cluster. */
const LOADER = resolve(ROOT, "../shared/sandbox/kube-load");

/** Why this machine has no cluster to test with; undefined where it has. */
export async function clusterProblem(): Promise<string | undefined> {
  const ready = await execa("kubectl", ["get", "--raw", "/readyz"], {
    reject: false,
    all: true,
    timeout: 10_000,
  });
  return ready.exitCode === 0
    ? undefined
    : String(ready.all ?? ready.shortMessage)
        .trim()
        .split("\n")
        .at(-1);
}

/** Why whole stacks can't be brought up there; their images come from this machine's Docker. */
export async function stackProblem(): Promise<string | undefined> {
  const problem = await clusterProblem();
  if (problem !== undefined) return problem;
  return existsSync(LOADER) ? undefined : "there is no way to give it the images that are built here";
}

/** Runs kubectl; its output, without the last newline. */
export async function kubectl(...args: string[]): Promise<string> {
  return (await execa("kubectl", args)).stdout;
}

/** Applies objects, or only has them looked at; what the API server says besides. */
export async function apply(objects: readonly object[], ...flags: string[]): Promise<string> {
  const list = { apiVersion: "v1", kind: "List", items: objects };
  const args = ["apply", "--server-side", "--force-conflicts", "--validate=strict", "-f", "-", ...flags];
  const ended = await execa("kubectl", args, { input: JSON.stringify(list), reject: false });
  if (ended.exitCode !== 0) throw new Error(ended.stderr);
  return ended.stderr;
}

/** Builds the images that a checkout's stack asks for, and gives them to the cluster. */
export async function loadImages(checkout: Checkout): Promise<void> {
  const built = await checkout.npm("images");
  if (built.exitCode !== 0) throw new Error(built.all);
  await execa(LOADER, built.stdout.split("\n").filter(Boolean));
}

/** Gives the cluster an image under another tag, as a new version of it. */
export async function loadAgain(image: string, tag: string): Promise<void> {
  await execa("docker", ["tag", image, tag]);
  await execa(LOADER, [tag]);
}

/** A pod with the moments that tell in which order pods went and came. */
export interface PodLife {
  readonly name: string;
  readonly image: string;
  readonly uid: string;
  readonly createdMs: number;
  readonly readyMs: number;
}

interface PodJson {
  readonly metadata: { readonly name: string; readonly uid: string; readonly creationTimestamp: string };
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
  readonly status: {
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime: string;
    }[];
  };
}

/** The pods of a role in order of their names; fails where one is not ready. */
export async function podsOfRole(namespace: string, role: string): Promise<PodLife[]> {
  const selector = `app.kubernetes.io/component=${role}`;
  const json = await kubectl("-n", namespace, "get", "pods", "-l", selector, "-o", "json");
  const { items } = JSON.parse(json) as { items: readonly PodJson[] };
  return items
    .map(({ metadata, spec, status }) => {
      const ready = status.conditions.find(({ type, status: is }) => type === "Ready" && is === "True");
      if (ready === undefined) throw new Error(`${metadata.name} is not ready`);
      return {
        name: metadata.name,
        image: spec.containers[0]?.image ?? "",
        uid: metadata.uid,
        createdMs: Date.parse(metadata.creationTimestamp),
        readyMs: Date.parse(ready.lastTransitionTime),
      };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const RECLAIMED_DEADLINE_MS = 60_000;

/** What a stack has left in the cluster when its volumes have had the time to be reclaimed. */
export async function leftInCluster(namespace: string): Promise<string[]> {
  const nothing = await pollUntil(RECLAIMED_DEADLINE_MS, async () =>
    (await leftNow(namespace)).length === 0 ? true : undefined,
  );
  return nothing ? [] : leftNow(namespace);
}

/** Its namespace, and volumes that were claimed from there. */
async function leftNow(namespace: string): Promise<string[]> {
  const namespaces = await kubectl("get", "namespaces", "-o", "name");
  const volumes = await kubectl(
    "get",
    "persistentvolumes",
    "-o",
    'jsonpath={range .items[*]}{.spec.claimRef.namespace}/{.metadata.name}{"\\n"}{end}',
  );
  return [
    ...namespaces.split("\n").filter((name) => name === `namespace/${namespace}`),
    ...volumes.split("\n").filter((volume) => volume.startsWith(`${namespace}/`)),
  ];
}
