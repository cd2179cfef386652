import type { AuditJson, SequencesJson } from "@tickhouse/audit";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { ApiError } from "../errors.ts";
import { startWithStub } from "../testing/startWithStub.ts";
import { auditOf, partitionOf, stubAuditor } from "../testing/stubAuditor.ts";
import { rows } from "../testing/stubClickHouse.ts";
import { until } from "../testing/until.ts";
import { createAuditGauges } from "./gauges.ts";

const MISSING = Array.from({ length: 150 }, (_, index) => ({
  from: BigInt(index * 10),
  to: BigInt(index * 10 + 1),
}));

describe("/audit", () => {
  it("answers each partition's account, with the first of its missing ranges", async () => {
    const audit = auditOf([partitionOf(0), partitionOf(1, MISSING)]);
    const { api } = await startWithStub(rows([]), { auditor: stubAuditor(async () => audit) });
    const response = await api.get("/audit");
    expect(response.status).toBe(200);
    const body = (await response.json()) as AuditJson;
    expect(body).toMatchObject({
      verdict: "incomplete",
      topic: "ticks",
      group: "tickhouse",
      bufferedRows: 7,
      barsPending: 6,
      total: { missing: 150, pending: 40, empty: 10, deadLettered: 30 },
    });
    expect(body.partitions[0]).toMatchObject({
      start: 10,
      end: 120,
      low: 10,
      committed: null,
      missingRanges: [],
    });
    expect(body.partitions[1]?.missingRanges).toHaveLength(100);
    expect(body.partitions[1]?.missingRanges[1]).toEqual({ from: 10, to: 11 });
    expect(body).not.toHaveProperty("sequences");
  });

  it("adds the sources' own numbers when asked, as text", async () => {
    const { api } = await startWithStub(rows([]), { auditor: stubAuditor(async () => auditOf([])) });
    const response = await api.get("/audit?sequences=true");
    const { sequences } = (await response.json()) as { sequences: SequencesJson };
    expect(sequences.numbered[0]).toMatchObject({
      last: "9223372036854775808",
      gaps: [{ from: "2", to: "5" }],
      allGaps: false,
    });
    expect(sequences.notNumbered).toEqual([{ exchange: "XNAS", symbol: "MSFT" }]);
  });

  it("makes one audit for many who ask", async () => {
    const auditor = stubAuditor(async () => auditOf([partitionOf(0)]));
    const { api } = await startWithStub(rows([]), { auditor });
    await Promise.all(Array.from({ length: 20 }, () => api.get("/audit")));
    await api.get("/audit");
    expect(auditor.made()).toBe(1);
  });

  it("asks for the key, and refuses what it does not know", async () => {
    const auditor = stubAuditor(async () => auditOf([]));
    const { api } = await startWithStub(rows([]), { auditor, apiKey: "right-key" });
    expect((await api.get("/audit")).status).toBe(401);
    const headers = { "X-API-Key": "right-key" };
    for (const query of ["sequences=maybe", "sequences=true&sequences=true", "heal=true"])
      expect((await api.get(`/audit?${query}`, { headers })).status, query).toBe(400);
    expect(auditor.made()).toBe(0);
  });

  it("says what is missing in the environment when it was not told of Kafka", async () => {
    const { api } = await startWithStub(rows([]));
    const response = await api.get("/audit");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      code: "audit_not_configured",
      detail: expect.stringContaining("KAFKA_BOOTSTRAP"),
    });
    expect(await api.metrics()).not.toContain("tickhouse_audit");
  });

  it("gives the reason of an audit that can't be made", async () => {
    const down = async () =>
      Promise.reject(new ApiError("kafka_unreachable", "Kafka does not answer; try again."));
    const { api } = await startWithStub(rows([]), { auditor: stubAuditor(down) });
    const response = await api.get("/audit");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "kafka_unreachable" });
  });
});

describe("the gauges", () => {
  const start = (make: Parameters<typeof stubAuditor>[0]) => {
    const clock = { ms: 1_000_000 };
    const now = () => clock.ms;
    const registry = new Registry();
    const auditor = stubAuditor(make, now);
    const failures: unknown[] = [];
    const gauges = createAuditGauges(registry, auditor, (error) => failures.push(error), now);
    const scrape = async () => {
      gauges.scrape();
      return (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    };
    return { auditor, clock, failures, scrape };
  };

  it("say nothing before the first audit, which the first scrape begins", async () => {
    const { auditor, scrape } = start(async () => auditOf([partitionOf(2, MISSING.slice(0, 3))]));
    expect(await scrape()).toEqual([]);
    await until(() => auditor.audit.last !== undefined, "the audit that the scrape began ends");
    expect(await scrape()).toEqual([
      'tickhouse_audit_missing_offsets{topic="ticks",partition="2"} 3',
      'tickhouse_audit_pending_offsets{topic="ticks",partition="2"} 20',
      'tickhouse_audit_stored_offsets{topic="ticks",partition="2"} 67',
      'tickhouse_audit_dead_letter_offsets{topic="ticks",partition="2"} 15',
      "tickhouse_audit_up 1",
      "tickhouse_audit_timestamp_seconds 1763148317",
      "tickhouse_audit_bars_pending 6",
      "tickhouse_audit_buffered_rows 7",
    ]);
  });

  it("begin a new audit when the last one is a minute old", async () => {
    const { auditor, clock, scrape } = start(async () => auditOf([]));
    await scrape();
    await until(() => auditor.audit.last !== undefined, "the first audit ends");
    clock.ms += 59_999;
    await scrape();
    expect(auditor.made()).toBe(1);
    clock.ms += 1;
    await scrape();
    expect(auditor.made()).toBe(2);
  });

  it("keep the numbers of the last audit that was made, and say that the newest was not", async () => {
    let fails = false;
    const { auditor, clock, failures, scrape } = start(async () => {
      if (fails) throw new Error("down");
      return auditOf([partitionOf(0)]);
    });
    await scrape();
    await until(() => auditor.audit.last?.ok === true, "the first audit is made");
    await scrape();
    fails = true;
    clock.ms += 60_000;
    await scrape();
    await until(() => failures.length === 1, "the failure is reported");
    const lines = await scrape();
    expect(lines).toContain("tickhouse_audit_up 0");
    expect(lines).toContain('tickhouse_audit_missing_offsets{topic="ticks",partition="0"} 0');
  });
});
