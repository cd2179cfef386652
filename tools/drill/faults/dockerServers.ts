import { execa } from "execa";
import { pollUntil } from "../../../infra/poll.ts";
import { createNaming } from "../../../infra/targets/docker/names.ts";
import type { Servers } from "./servers.ts";

const HEALTH_DEADLINE_MS = 120_000;
const PAUSE_DEADLINE_MS = 10_000;

const docker = async (...args: string[]): Promise<string> =>
  (await execa("docker", args, { detached: true })).stdout;

/** Servers that are containers. */
export async function dockerServers(stack: string): Promise<Servers> {
  const { named } = createNaming(stack);
  const prefix = named("");
  const find = async (role: string): Promise<string[]> => {
    const labels = [`label=com.tickhouse.stack=${stack}`, `label=com.tickhouse.role=${role}`];
    const listed = await docker(
      "ps",
      "--format",
      "{{.Names}}",
      ...labels.flatMap((label) => ["--filter", label]),
    );
    return listed
      .split("\n")
      .filter(Boolean)
      .map((name) => name.slice(prefix.length))
      .sort();
  };
  const state = (name: string) =>
    docker(
      "inspect",
      "--format",
      "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}",
      named(name),
    );

  return {
    canPause: true,
    names: {
      clickhouse: await find("clickhouse"),
      kafka: await find("kafka"),
      keeper: await find("keeper"),
    },
    async kill(name) {
      await docker("kill", named(name));
    },
    async revive(name) {
      await docker("start", named(name));
      let last = "";
      const healthy = await pollUntil(HEALTH_DEADLINE_MS, async () => {
        last = await state(name);
        return last === "running healthy" ? true : undefined;
      });
      if (healthy === undefined)
        throw new Error(`${named(name)} is "${last}" ${HEALTH_DEADLINE_MS / 1000} s after docker start`);
    },
    async fallen() {
      const stopped = await docker(
        ...["ps", "--all", "--filter", `label=com.tickhouse.stack=${stack}`, "--filter", "status=exited"],
        ...["--format", "{{.Names}}"],
      );
      return stopped
        .split("\n")
        .filter(Boolean)
        .map((name) => name.slice(prefix.length));
    },
    async pause(name) {
      // The kernel can't freeze a container at some moments, and Docker does not try again by itself.
      let last = "";
      const paused = await pollUntil(PAUSE_DEADLINE_MS, () =>
        docker("pause", named(name)).then(
          () => true,
          (error: Error) => {
            last = error.message;
            return undefined;
          },
        ),
      );
      if (paused === undefined)
        throw new Error(`${named(name)} can't be paused for ${PAUSE_DEADLINE_MS / 1000} s: ${last}`);
    },
    async resume(name) {
      if ((await state(name)).startsWith("paused")) await docker("unpause", named(name));
    },
  };
}
