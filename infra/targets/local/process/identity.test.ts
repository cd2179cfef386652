import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../tests/support/folder.ts";
import { pollUntil } from "../../../poll.ts";
import { identify, isAlive } from "./identity.ts";

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** A process that ends with the test. */
function start(program: string, ...args: string[]) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  endings.push(() => child.kill("SIGKILL"));
  return child;
}

describe("identify", () => {
  it("tells the same of a process as long as it lives, and nothing afterwards", async () => {
    const child = start(process.execPath, "-e", "setInterval(() => {}, 1000)");
    await once(child, "spawn");
    const identity = identify(child.pid ?? 0);
    expect(identity).toEqual({ pid: child.pid, startedAt: expect.any(String) });
    expect(identify(child.pid ?? 0)).toEqual(identity);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(identify(child.pid ?? 0)).toBeUndefined();
    expect(identity !== undefined && isAlive(identity)).toBe(false);
  });

  it("does not take another process of the same pid for it", () => {
    const own = identify(process.pid);
    expect(own !== undefined && isAlive(own)).toBe(true);
    expect(isAlive({ pid: process.pid, startedAt: `${own?.startedAt}0` })).toBe(false);
  });

  it("reads past a program's name that looks like the fields behind it", async () => {
    const folder = temporaryFolder("identity");
    endings.push(() => folder.remove());
    const odd = join(folder.path, "a) Z 1 (b) Z");
    symlinkSync(process.execPath, odd);
    const child = start(odd, "-e", "setInterval(() => {}, 1000)");
    await once(child, "spawn");
    expect(identify(child.pid ?? 0)).toEqual({ pid: child.pid, startedAt: expect.stringMatching(/\d$/) });
  });

  it.skipIf(!existsSync("/proc/self/stat"))(
    "takes a process that has ended and was not waited for as gone",
    async () => {
      // The shell's child ends, and the shell has become a program that never asks for it.
      const parent = start("sh", "-c", "sleep 0.2 & echo $!; exec sleep 60");
      const [line] = await once(parent.stdout, "data");
      const pid = Number(String(line));
      const zombie = await pollUntil(10_000, () =>
        /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8")) ? true : undefined,
      );
      expect(zombie).toBe(true);
      expect(identify(pid)).toBeUndefined();
    },
  );

  it.skipIf(!existsSync("/proc/self/stat"))(
    "takes a process whose first thread has ended before the others as there",
    async () => {
      // A node that was stopped counted as gone while its threads still held its ports, and its next start found them taken.
      const exit = process.arch === "arm64" ? 93 : 60;
      const script = `
      import { DataType, load, open } from "ffi-rs";
      open({ library: "libc", path: "libc.so.6" });
      const { I64 } = DataType;
      load({ library: "libc", funcName: "syscall", retType: I64, paramsType: [I64, I64], paramsValue: [${exit}, 0] });`;
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
        cwd: import.meta.dirname,
        stdio: "ignore",
      });
      endings.push(() => child.kill("SIGKILL"));
      await once(child, "spawn");
      const pid = child.pid ?? 0;
      const zombie = await pollUntil(10_000, () =>
        /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8")) ? true : undefined,
      );
      expect(zombie).toBe(true);
      expect(identify(pid)).toEqual({ pid, startedAt: expect.stringMatching(/\d$/) });
      child.kill("SIGKILL");
      expect(await pollUntil(10_000, () => (identify(pid) === undefined ? true : undefined))).toBe(true);
    },
  );

  it.each([0, -1, 4_194_305])("knows no process %i", (pid) => {
    expect(identify(pid)).toBeUndefined();
  });
});
