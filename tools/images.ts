import { join } from "node:path";
import { Command } from "commander";
import { execa } from "execa";
import { type BundleName, requireBundle } from "../infra/bundles.ts";
import { serviceImage } from "../infra/targets/kubernetes/images.ts";
import { buildBundles } from "./bundle.ts";
import { ROOT } from "./paths.ts";
import { runTool, say } from "./report.ts";
import { stackOption } from "./stackOption.ts";
import { declaredSetting } from "./stacks.ts";

/** What is built into each image; the first one is the service itself. */
const IMAGES = {
  producer: ["producer"],
  bars: ["bars"],
  api: ["api", "dashboard", "docs"],
} as const satisfies Record<string, readonly BundleName[]>;

const program = new Command("images")
  .description(
    "Builds the images of our own services with Docker, under the names that a stack on Kubernetes asks for, and prints those.",
  )
  .addOption(stackOption())
  .option("--push", "push them to where tickhouse:serviceImagePrefix says", false)
  .parse();

await runTool(async () => {
  const { stack, push } = program.opts<{ stack: string; push: boolean }>();
  await buildBundles();
  const prefix = declaredSetting(stack, "serviceImagePrefix");
  const baseImage = declaredSetting(stack, "serviceBaseImage");
  for (const [service, bundles] of Object.entries(IMAGES)) {
    const name = serviceImage(
      prefix,
      service as keyof typeof IMAGES,
      bundles.map((bundle) => requireBundle(ROOT, bundle)),
      baseImage,
    );
    const build = ["build", "--tag", name, "--target", service, "--build-arg", `BASE_IMAGE=${baseImage}`];
    await docker(...build, join(ROOT, "services"));
    if (push) await docker("push", name);
    say(`${push ? "pushed" : "built"} ${name}`);
    console.log(name);
  }
});

async function docker(...args: string[]): Promise<void> {
  const ended = await execa("docker", args, { reject: false, all: true });
  if (ended.exitCode !== 0) throw new Error(`docker ${args.join(" ")} failed:\n${ended.all}`);
}
