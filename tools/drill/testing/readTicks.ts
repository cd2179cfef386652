import fc from "fast-check";
import type { ReadTick } from "../ledger/readLine.ts";

/** 2025-02-08T23:50:00Z, in microseconds. */
const START = BigInt(Date.UTC(2025, 1, 8, 23, 50)) * 1_000n;

/** A trade; the fields that a test is about are its own. */
export const tradeOf = (fields: Partial<ReadTick> = {}): ReadTick => ({
  exchange: "XDRA",
  symbol: "A",
  micros: START,
  seqId: 1n,
  type: "trade",
  price: 100,
  size: 1,
  side: "buy",
  version: 1,
  ...fields,
});

/** Trades within some hours around midnight, with ties; no two of them the same tick. */
export const anyTrades = (): fc.Arbitrary<ReadTick[]> =>
  fc.uniqueArray(
    fc.record({
      exchange: fc.constantFrom("XDRA", "XDRB"),
      symbol: fc.constant("A"),
      micros: fc.bigInt({ min: 0n, max: 200n }).map((step) => START + step * 37_000_000n),
      seqId: fc.bigInt({ min: 1n, max: 40n }),
      type: fc.constant("trade"),
      price: fc.double({ min: 0.0001, max: 70_000, noNaN: true }),
      size: fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 5_000, noNaN: true })),
      side: fc.constantFrom("buy", "sell", "unknown"),
      version: fc.constant(1),
    }),
    { selector: ({ exchange, micros, seqId }) => `${exchange} ${micros} ${seqId}`, maxLength: 60 },
  );
