import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Packer } from "./packer.ts";
import type { FeedTick } from "./sources/source.ts";

const tick = fc.record(
  {
    symbol: fc.constantFrom("A", "B", "Ç", null),
    text: fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
      .map((text) => text.replaceAll("\n", " ")),
    kind: fc.constantFrom("trade", "quote"),
    alone: fc.boolean(),
  },
  { requiredKeys: ["symbol", "text", "kind"] },
);
const limits = fc.record({
  maxTicks: fc.integer({ min: 1, max: 8 }),
  maxBytes: fc.integer({ min: 1, max: 200 }),
});

describe("Packer", () => {
  it("keeps every tick once, in the order of its symbol, whatever the limits", () => {
    fc.assert(
      fc.property(fc.array(tick, { maxLength: 60 }), limits, (ticks: FeedTick[], options) => {
        const packer = new Packer(options);
        const messages = [...ticks.flatMap((each) => packer.add(each)), ...packer.flush()];
        for (const symbol of ["A", "B", "Ç", null]) {
          const sent = messages.filter(({ key }) => key === symbol).flatMap(({ value }) => value.split("\n"));
          expect(sent).toEqual(ticks.filter((each) => each.symbol === symbol).map(({ text }) => text));
        }
        expect(packer.openBytes).toBe(0);
      }),
    );
  });

  it("counts bytes and ticks right and exceeds a limit only with a single tick", () => {
    fc.assert(
      fc.property(fc.array(tick, { maxLength: 60 }), limits, (ticks: FeedTick[], options) => {
        const packer = new Packer(options);
        for (const message of [...ticks.flatMap((each) => packer.add(each)), ...packer.flush()]) {
          expect(message.bytes).toBe(Buffer.byteLength(message.value) + Buffer.byteLength(message.key ?? ""));
          expect(message.kinds.length).toBe(message.value.split("\n").length);
          expect(message.kinds.length).toBeLessThanOrEqual(options.maxTicks);
          if (message.kinds.length > 1)
            expect(Buffer.byteLength(message.value)).toBeLessThan(options.maxBytes);
        }
      }),
    );
  });

  it("sends a raw row in a message of its own, after what came before it", () => {
    const packer = new Packer({ maxTicks: 10, maxBytes: 1000 });
    const good = (text: string): FeedTick => ({ symbol: "A", text, kind: "trade" });
    expect(packer.add(good("1"))).toEqual([]);
    const done = packer.add({ symbol: "A", text: "{broken", kind: "bad", alone: true });
    expect(done.map(({ value }) => value)).toEqual(["1", "{broken"]);
    packer.add(good("2"));
    expect(packer.flush().map(({ value }) => value)).toEqual(["2"]);
  });
});
