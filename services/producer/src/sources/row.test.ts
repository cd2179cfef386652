import { describe, expect, it } from "vitest";
import { line } from "../testing/collect.ts";
import { readCsvRow, readJsonRow } from "./row.ts";

const problemsOf = (text: string): readonly string[] => {
  const row = readJsonRow(text);
  return row.ok ? [] : row.problems;
};

describe("readJsonRow", () => {
  it("keeps a line to the byte when nothing changes", () => {
    const text =
      '{ "seq_id":18446744073709551615,"symbol":"BTCUSDT","exchange":"BINANCE","price":39439.220, "size":0.00031099999999999997,' +
      '"side":"sell","event_time":"2021-01-08T00:00:00.368Z","event_type":"trade","source_version":1,"venue":{"event_time":"x"}}';
    const row = readJsonRow(text);
    expect(row.ok && row.text()).toBe(text);
  });

  it("replaces the event time only, when it is shifted", () => {
    const text = line(1, { size: 5e-5, note: { event_time: "2025-11-14T14:30:01.000001Z" } });
    const row = readJsonRow(text);
    const shifted = row.ok ? row.text(row.eventMicros() + 7n) : "";
    expect(shifted).toBe(text.replace("14:30:01.000001Z", "14:30:01.000008Z"));
    expect(shifted).toContain('"event_time":"2025-11-14T14:30:01.000008Z"');
  });

  it.each([
    ["price", "abc", 'price = "\\"abc\\"": accepted: a number, 0 or more'],
    ["price", -1, 'price = "-1": accepted: a number, 0 or more'],
    ["size", null, 'size = "null": accepted: a number, 0 or more'],
    ["size", "5", 'size = "\\"5\\"": accepted: a number, 0 or more'],
    ["seq_id", 1.5, 'seq_id = "1.5": accepted: a whole number from 0 to 18446744073709551615'],
    ["seq_id", -1, 'seq_id = "-1": accepted: a whole number from 0'],
    ["symbol", "", 'symbol = "": accepted: a text of 1 to 128'],
    ["symbol", 5, "symbol = 5: accepted: a text of 1 to 128"],
    ["side", "bid", 'side = "bid": accepted: buy or sell'],
    ["event_type", "trades", 'event_type = "trades": accepted: trade, quote or book'],
    ["event_time", "yesterday", 'event_time = "yesterday": accepted: a UTC time'],
    ["source_version", 0, 'source_version = "0": accepted: a whole number from 1'],
    ["exchange", undefined, "exchange = missing: accepted: a text"],
  ])("refuses %s %j and says what is accepted", (field, value, message) => {
    const problems = problemsOf(line(1, { [field]: value }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it.each(["18446744073709551616", "99999999999999999999", "1e3", "1.0"])(
    "refuses the 64-bit number %s",
    (number) => {
      expect(problemsOf(line(1).replace('"seq_id":1', `"seq_id":${number}`))).toHaveLength(1);
    },
  );

  it("names every wrong field of a row", () => {
    expect(problemsOf(line(1, { price: -1, side: "?" })).map((text) => text.split(" ")[0])).toEqual([
      "price",
      "side",
    ]);
  });

  it.each(["{broken", "[1]", "null", "5", '"text"'])("refuses %s, which is not an object", (text) => {
    expect(problemsOf(text)[0]).toContain("accepted: one JSON object a line");
  });

  it("tells a bad row's symbol where it has one", () => {
    expect(readJsonRow(line(1, { price: -1 }))).toMatchObject({ ok: false, symbol: "AAPL" });
    expect(readJsonRow("{")).toMatchObject({ ok: false, symbol: null });
  });
});

describe("readCsvRow", () => {
  const cells = {
    source_version: "1",
    exchange: "XNAS",
    symbol: 'A"B',
    event_time: "2025-11-14T14:30:00Z",
    seq_id: "18446744073709551615",
    event_type: "quote",
    price: "0.00031099999999999997",
    size: "5e-05",
    side: "sell",
    extra: "left out",
  };

  it("writes the message with the numbers as they stand", () => {
    const row = readCsvRow(cells);
    expect(row.ok && row.text()).toBe(
      '{"exchange":"XNAS","symbol":"A\\"B","event_time":"2025-11-14T14:30:00Z","seq_id":18446744073709551615,' +
        '"event_type":"quote","price":0.00031099999999999997,"size":5e-05,"side":"sell","source_version":1}',
    );
  });

  it.each(["", ".5", "1,5", "0x10", "NaN", "Infinity", "1e999", "01"])("refuses the price %j", (price) => {
    expect(readCsvRow({ ...cells, price }).ok).toBe(false);
  });
});
