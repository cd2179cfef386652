import type { Resource, Rule } from "../resource.ts";
import { workloadsOf } from "../workload.ts";

/** Every image is named by a tag other than `latest`, or a digest: another start runs the same. */
export const pinnedImage: Rule = (resource) =>
  imagesOf(resource)
    .filter((image): image is string => image !== undefined && !isPinned(image))
    .map((image) => `image ${image} is not pinned; accepted: a tag other than latest, or a digest`);

function imagesOf(resource: Resource): (string | undefined)[] {
  if (resource.type !== "docker:index/remoteImage:RemoteImage")
    return workloadsOf(resource).flatMap(({ images }) => images);
  const { name, build } = resource.props as {
    name?: string;
    build?: { buildArgs?: Record<string, string> };
  };
  const base = Object.entries(build?.buildArgs ?? {}).filter(([key]) => key.endsWith("IMAGE"));
  return [name, ...base.map(([, image]) => image)];
}

/** `sha256:…` is the image that Docker has pulled or built under a name that was pinned. */
const isPinned = (image: string): boolean =>
  /^sha256:[0-9a-f]{64}$/.test(image) ||
  /@sha256:[0-9a-f]{64}$/.test(image) ||
  /:(?!latest$)[\w.-]+$/.test(image);
