// The pack is TypeScript with ES modules, which Pulumi's own loader does not take.
module.exports = async () => {
  const { register } = await import("tsx/esm/api");
  register();
  await import("./src/pack.ts");
};
