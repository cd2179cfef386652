import { describe, expect, it } from "vitest";
import { knownProps } from "./resource.ts";

class UnknownValueError extends Error {}

/** As @pulumi/policy hands properties over: what is unknown throws when it is read. */
const withUnknown = <T extends object>(of: T, key: string): T =>
  Object.defineProperty(of, key, {
    enumerable: true,
    get() {
      throw new UnknownValueError(key);
    },
  });

describe("knownProps", () => {
  it("copies what is known, and tells of which properties a part is not", () => {
    const props = withUnknown(
      { name: "api", ports: [{ internal: 8000 }], env: withUnknown({ A: "1" }, "B") },
      "image",
    );
    expect(knownProps(props)).toEqual({
      props: { name: "api", ports: [{ internal: 8000 }], env: { A: "1" } },
      unknown: new Set(["env", "image"]),
    });
  });

  it("passes every other failure on", () => {
    const broken = Object.defineProperty({}, "a", {
      enumerable: true,
      get() {
        throw new Error("broken");
      },
    });
    expect(() => knownProps(broken)).toThrow("broken");
  });
});
