import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineEvent, draftEvent } from "#kernel/event";
import type { Page } from "#kernel/page";
import { decodeCursor, encodeCursor, toPage } from "#kernel/page";
import { Problem, defineProblems, problemKinds } from "#kernel/problem";
import { isDate, isMonth, toDate, toTimestamp } from "#kernel/time";

describe("a cursor", () => {
  it("gives back the position it was made of", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }), (position) => {
        expect(decodeCursor(encodeCursor(position))).toBe(position);
      }),
    );
  });

  it("has one spelling: with any byte changed it is none, or names another position", () => {
    const cursor = encodeCursor("tkt_01k0gq2v9eft6tmd4y6n3k9b2x");
    for (let index = 0; index < cursor.length; index += 1) {
      for (const char of ["A", "z", "0", "-", "_", "=", "+", "/", " ", ".", "\u00e9", "\u0000"]) {
        const tampered = cursor.slice(0, index) + char + cursor.slice(index + 1);
        const position = decodeCursor(tampered);
        if (position !== null) expect(encodeCursor(position)).toBe(tampered);
        if (tampered !== cursor) expect(position).not.toBe("tkt_01k0gq2v9eft6tmd4y6n3k9b2x");
      }
    }
  });

  it.each(["", "=", "a", "YQ==", "YR", "_w", "a".repeat(513), "YQ\n", "YQ YQ", "../../x", "\u{1f600}"])(
    "is not %j",
    (text) => {
      expect(decodeCursor(text)).toBeNull();
    },
  );
});

function cut(count: number, limit: number): Page<{ id: string }> {
  const rows = Array.from({ length: count }, (_, index) => ({ id: `r${index}` }));
  return toPage(rows, { limit, after: null }, (row) => row.id);
}

describe("a page", () => {
  it("ends without a cursor, and points at its last row while there is more", () => {
    expect(cut(0, 2)).toEqual({ data: [], nextCursor: null });
    expect(cut(2, 2).nextCursor).toBeNull();
    const page = cut(3, 2);
    expect(page.data.map(({ id }) => id)).toEqual(["r0", "r1"]);
    expect(decodeCursor(page.nextCursor ?? "")).toBe("r1");
  });
});

describe("a moment", () => {
  it("is written in UTC with milliseconds", () => {
    expect(toTimestamp(0)).toBe("1970-01-01T00:00:00.000Z");
    expect(toDate(Date.UTC(2026, 10, 20, 23, 59, 59, 999))).toBe("2026-11-20");
  });

  it.each(["2024-02-29", "2026-12-31", "0001-01-01"])("has a day %s", (text) => {
    expect(isDate(text)).toBe(true);
  });

  it.each([
    "2024-02-30",
    "2023-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-1-1",
    "2026-11-31",
    "26-11-20",
    "2026-11-20T00:00",
    " 2026-11-20",
    "2026-11-20\n",
    "\u0662026-11-20",
    "",
  ])("has no day %j", (text) => {
    expect(isDate(text)).toBe(false);
  });

  it("has a month when it is one of twelve", () => {
    expect(["2026-01", "2026-12"].map(isMonth)).toEqual([true, true]);
    expect(["2026-00", "2026-13", "2026-1", "2026", "2026-11-20", "2026-11\n"].map(isMonth)).toEqual(
      Array(6).fill(false),
    );
  });
});

describe("a problem", () => {
  const kinds = defineProblems("test", { insufficientFunds: { status: 409, title: "Not enough." } });

  it("is named after its owner and its key, and stands in the register", () => {
    const problem = kinds.insufficientFunds({ detail: "You have 1.00.", cause: new Error("inside") });
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ status: 409, code: "insufficient_funds", message: "You have 1.00." });
    expect(problem.kind.name).toBe("test/insufficient-funds");
    expect(problem.cause).toBeInstanceOf(Error);
    expect(problemKinds()).toContain(problem.kind);
    expect(problemKinds().map(({ name }) => name)).toEqual(
      problemKinds()
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it("takes a more exact code, and its title where it has no detail", () => {
    expect(kinds.insufficientFunds({ code: "too_many_decimals" }).code).toBe("too_many_decimals");
    expect(kinds.insufficientFunds().message).toBe("Not enough.");
  });
});

describe("an event", () => {
  const kind = defineEvent("thing.made", z.strictObject({ thingId: z.string() }), 3);

  it("is drafted in the shape of its kind, or not at all", () => {
    expect(draftEvent(kind, { thingId: "x" })).toEqual({ type: "thing.made", version: 3, data: { thingId: "x" } });
    expect(() => draftEvent(kind, { thingId: 1 } as never)).toThrow(z.ZodError);
    expect(() => draftEvent(kind, { thingId: "x", email: "a@b.example" } as never)).toThrow(z.ZodError);
  });
});
