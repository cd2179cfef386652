import { expect, it } from "vitest";
import { createRunning } from "./running.ts";

it("waits for what runs, also for what fails, and for nothing else", async () => {
  const running = createRunning();
  await running.ended(60_000);
  const order: string[] = [];
  let finish = () => {};
  const work = running.watch(
    new Promise<void>((resolve) => {
      finish = resolve;
    }).then(() => order.push("work")),
  );
  running.watch(Promise.reject(new Error("fails"))).catch(() => order.push("failure"));
  const ended = running.ended(60_000).then(() => order.push("ended"));
  finish();
  await Promise.all([work, ended]);
  expect(order.at(-1)).toBe("ended");
  expect(order).toContain("failure");
});

it("does not wait beyond the deadline", async () => {
  const running = createRunning();
  running.watch(new Promise(() => {}));
  await running.ended(1);
});
