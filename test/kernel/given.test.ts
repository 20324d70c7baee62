import { describe, expect, it } from "vitest";
import { given } from "#kernel/given";

describe("what is given", () => {
  it("is every field but those left undefined, null and empty ones included", () => {
    expect(given({ name: "A", note: undefined, parent: null, count: 0, text: "" })).toStrictEqual({
      name: "A",
      parent: null,
      count: 0,
      text: "",
    });
  });

  it("is nothing when nothing is named", () => {
    expect(given({ name: undefined })).toStrictEqual({});
  });
});
