/**
 * A shell command that asks a service over TLS whether it is ready: from inside of its container, verified by
 * `NODE_EXTRA_CA_CERTS` and by a name that its clients know. Pure.
 */
export const secureHealth = ({ port, path, name }: { port: number; path: string; name: string }): string => {
  const script = [
    `require("https").get({ host: "127.0.0.1", port: ${port}, path: "${path}",`,
    `checkServerIdentity: (_, shown) => require("tls").checkServerIdentity("${name}", shown) },`,
    `({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on("error", () => process.exit(1))`,
  ].join(" ");
  return `node -e '${script}'`;
};
