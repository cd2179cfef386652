import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChunkDetail, ChunkSummary } from "./chunks.ts";
import { CHUNK } from "./ledgerSql.ts";
import { auditPartition, ledgerEnd } from "./partition.ts";
import { count, has } from "./ranges.ts";
import { anyModel, kindOf, ledgerOf, type Model, startOf } from "./testing/model.ts";

const auditOf = (model: Model, seen: bigint[] = []) => {
  const { summaries, detail } = ledgerOf(model);
  return auditPartition(model.offsets, summaries, async (summary: ChunkSummary): Promise<ChunkDetail> => {
    seen.push(summary.chunk);
    return detail(summary);
  });
};

describe("auditPartition", () => {
  it("puts each offset where the definition puts it", async () => {
    await fc.assert(
      fc.asyncProperty(anyModel, async (model) => {
        const audit = await auditOf(model);
        const start = startOf(model);
        const { end } = model.offsets;
        const expected = { stored: 0n, deadLettered: 0n, pending: 0n, empty: 0n, missing: 0n };
        const wrong: string[] = [];
        for (let offset = start; offset < end; offset += 1n) {
          const kind = kindOf(model, offset);
          expected[kind] += 1n;
          const told = [has(audit.missingRanges, offset), has(audit.pendingRanges, offset)];
          if (told[0] !== (kind === "missing") || told[1] !== (kind === "pending"))
            wrong.push(`offset ${offset} is ${kind}`);
        }
        expect(wrong).toEqual([]);
        expect(audit).toMatchObject({ start, end, ...expected });
        expect([count(audit.missingRanges), count(audit.pendingRanges)]).toEqual([
          expected.missing,
          expected.pending,
        ]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("adds up whatever it is given", async () => {
    await fc.assert(
      fc.asyncProperty(anyModel, async (model) => {
        const { start, end, stored, deadLettered, pending, empty, missing } = await auditOf(model);
        expect(start + stored + deadLettered + pending + empty + missing).toBe(end);
      }),
    );
  });

  const lines = (from: bigint, to: bigint): Map<bigint, ["tick"]> =>
    new Map(Array.from({ length: Number(to - from) }, (_, index) => [from + BigInt(index), ["tick"]]));
  const whole = (from: bigint, to: bigint): Model => ({
    offsets: { partition: 3, low: from, end: to, committed: to },
    messages: lines(from, to),
    empty: new Set(),
  });

  it("reads no chunk offset by offset where the numbers say that it is whole", async () => {
    const seen: bigint[] = [];
    const audit = await auditOf(whole(CHUNK - 5n, 2n * CHUNK + 5n), seen);
    expect(audit).toMatchObject({ stored: CHUNK + 10n, missing: 0n, pending: 0n });
    expect(seen).toEqual([]);
  });

  it("reads only the chunk that is not", async () => {
    const model = whole(0n, 2n * CHUNK + 5n);
    (model.messages as Map<bigint, unknown>).delete(CHUNK + 7n);
    const seen: bigint[] = [];
    expect((await auditOf(model, seen)).missingRanges).toEqual([{ from: CHUNK + 7n, to: CHUNK + 8n }]);
    expect(seen).toEqual([1n]);
  });

  it("tells whole chunks that are gone, and what Kafka dropped before it was read", async () => {
    const model: Model = {
      offsets: { partition: 0, low: 4n * CHUNK, end: 5n * CHUNK, committed: 2n },
      messages: new Map([[1n, ["tick"]]]),
      empty: new Set(),
    };
    expect(await auditOf(model)).toMatchObject({
      start: 1n,
      stored: 1n,
      missingRanges: [{ from: 2n, to: 4n * CHUNK }],
      pendingRanges: [{ from: 4n * CHUNK, to: 5n * CHUNK }],
    });
  });

  it("has nothing to say of a topic that begins again before what the ledger has", async () => {
    const model = { ...whole(50n, 60n), offsets: { partition: 0, low: 60n, end: 3n, committed: 3n } };
    expect(await auditOf(model)).toMatchObject({ start: 50n, end: 3n, stored: 0n, missing: 0n, pending: 0n });
    expect(ledgerEnd(ledgerOf(model).summaries)).toBe(60n);
  });
});
