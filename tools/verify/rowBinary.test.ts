import { expect, it } from "vitest";
import { encodeRow } from "./rowBinary.ts";

it("writes strings with their length, numbers from their lowest byte, and changes no byte of a message", () => {
  const message = Buffer.from([0x00, 0xff, 0x0a, 0x5c, 0x27]);
  const row = encodeRow({ message, topic: "é", partition: 3, offset: 0x0102030405060708n, replayOf: "" });
  expect(row.toString("hex")).toBe("0500ff0a5c27" + "02c3a9" + "03000000" + "0807060504030201" + "00");
});

it.each([
  [127, "7f"],
  [128, "8001"],
  [300, "ac02"],
  [1_048_576, "808040"],
])("writes the length %i as %s", (length, expected) => {
  const row = encodeRow({ message: Buffer.alloc(length), topic: "", partition: 0, offset: 0n, replayOf: "" });
  expect(row.subarray(0, expected.length / 2).toString("hex")).toBe(expected);
  expect(row).toHaveLength(expected.length / 2 + length + 1 + 12 + 1);
});
