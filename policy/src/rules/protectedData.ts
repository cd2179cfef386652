import type { Resource, Rule } from "../resource.ts";

/** Whatever holds data is a protected resource: neither an update nor a destroy deletes it. */
export const protectedData: Rule = (resource) =>
  holdsData(resource) && !resource.protect
    ? ["it holds data and is not protected; accepted: protect true (tickhouse:protectData)"]
    : [];

function holdsData({ type, props }: Resource): boolean {
  if (type === "kubernetes:core/v1:PersistentVolumeClaim") return true;
  // A server's volume of data is named so; the others hold rendered files and logs.
  if (type === "docker:index/volume:Volume") return /-data$/.test(String(props["name"] ?? "-data"));
  if (type.endsWith("dynamic/local:Directory"))
    return /\/(kafka|clickhouse-[^/]*)$/.test(String(props["path"]));
  return type.endsWith("dynamic/tickhouse:SqlFile") && props["kind"] === "data";
}
