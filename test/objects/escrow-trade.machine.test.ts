import { describe, expect, it } from "vitest";
import type { Command, CommandName, Role, Snapshot, TradeState } from "../../durable-objects/escrow-trade/contract.ts";
import { APPEAL_MINUTES, COMMANDS, ROLES, TRADE_STATES } from "../../durable-objects/escrow-trade/contract.ts";
import type { Decision } from "../../durable-objects/escrow-trade/machine.ts";
import { decide, dueCommand, nextTimer, TABLE } from "../../durable-objects/escrow-trade/machine.ts";

const MINUTE = 60_000;
const BEGAN = Date.UTC(2027, 0, 1);
const PAY_BY = BEGAN + 30 * MINUTE;
const RELEASE_BY = BEGAN + 90 * MINUTE;
const APPEAL_BY = PAY_BY + APPEAL_MINUTES * MINUTE;

/** The table of the contract, written down a second time. */
const ALLOWED: Readonly<Record<string, string>> = {
  "escrowed pay buyer": "paid",
  "escrowed cancel buyer": "cancelled return",
  "escrowed expire timer": "expired return",
  "escrowed extend seller": "escrowed",
  "expired dispute buyer": "disputed relock",
  "paid release seller": "released release",
  "paid cancel buyer": "cancelled return",
  "paid dispute buyer": "disputed",
  "paid dispute seller": "disputed",
  "paid escalate timer": "disputed",
  "disputed release seller": "released release",
  "disputed cancel buyer": "cancelled return",
  "disputed resolve arbitrator": "resolved share",
};

const EVER = new Set(Object.keys(ALLOWED).map((key) => key.split(" ").slice(1).join(" ")));

function commandOf(name: CommandName): Command {
  if (name === "pay") return { name, payerName: null };
  if (name === "extend") return { name, minutes: 10 };
  if (name === "dispute") return { name, reason: "Nothing has come." };
  if (name === "resolve")
    return { name, buyerShare: 1, reason: "It was shown.", assignedTo: "user_1" as never, confirms: false };
  return { name };
}

function trade(state: TradeState, more: Partial<Snapshot> = {}): Snapshot {
  return {
    state,
    version: 4,
    last: null,
    createdAt: BEGAN,
    releaseMinutes: 60,
    payBy: PAY_BY,
    releaseBy: state === "escrowed" || state === "expired" ? null : RELEASE_BY,
    appealBy: state === "expired" ? APPEAL_BY : null,
    ...more,
  };
}

/** A moment at which the clock's own commands are due too. */
function momentFor(command: CommandName): number {
  return command === "expire" || command === "dispute" ? PAY_BY : command === "escalate" ? RELEASE_BY : BEGAN;
}

function told(decision: Decision): string {
  if (decision.kind !== "step") return decision.kind === "refused" ? decision.why : "repeat";
  return decision.rule.move === "stay" ? decision.rule.to : `${decision.rule.to} ${decision.rule.move}`;
}

const cells = TRADE_STATES.flatMap((state) =>
  COMMANDS.flatMap((name) => ROLES.map((role) => ({ state, name, role, key: `${state} ${name} ${role}` }))),
);

describe("a trade's table", () => {
  it.each(cells)("$state, $name by $role", ({ state, name, role, key }) => {
    const request = { command: commandOf(name), role, expectedVersion: null, now: momentFor(name) };
    const expected = EVER.has(`${name} ${role}`) ? (ALLOWED[key] ?? "illegal") : "forbidden";
    expect(told(decide(trade(state), request))).toBe(expected);
    expect(told(decide(trade(state), { ...request, expectedVersion: 4 }))).toBe(expected);
  });

  it.each(cells)("$state, $name by $role on a version that is past", ({ state, name, role }) => {
    const expected = EVER.has(`${name} ${role}`) ? "stale" : "forbidden";
    for (const expectedVersion of [1, 3, 5])
      expect(
        told(decide(trade(state), { command: commandOf(name), role, expectedVersion, now: momentFor(name) })),
      ).toBe(expected);
  });

  it("has no way out of an end, and no timer behind the mark of payment that moves money", () => {
    expect(new Set(TABLE.map(({ from }) => from))).toEqual(new Set(["escrowed", "expired", "paid", "disputed"]));
    for (const { by, from, move } of TABLE) if (by.includes("timer") && from !== "escrowed") expect(move).toBe("stay");
    for (const { by, move } of TABLE) if (by.includes("seller")) expect(["stay", "release"]).toContain(move);
    expect(TABLE.length).toBe(12);
  });

  it.each(TABLE.flatMap((rule) => rule.by.map((role) => ({ ...rule, role }))))(
    "takes $command by $role twice for once in $to",
    ({ command: name, role, to }) => {
      const done = trade(to, { last: { command: name, role } });
      for (const expectedVersion of [null, 3, 4]) {
        const again = told(decide(done, { command: commandOf(name), role, expectedVersion, now: BEGAN }));
        if (name === "extend") expect(again).toBe(expectedVersion === 3 ? "stale" : "escrowed");
        else expect(again).toBe("repeat");
      }
      if (name === "extend") return;
      expect(told(decide(done, { command: commandOf(name), role, expectedVersion: 2, now: BEGAN }))).toBe("stale");
    },
  );

  it("does not take one side's dispute for the other's", () => {
    const disputed = trade("disputed", { last: { command: "dispute", role: "buyer" } });
    const request = { command: commandOf("dispute"), role: "seller" as Role, expectedVersion: null, now: BEGAN };
    expect(told(decide(disputed, request))).toBe("illegal");
  });
});

describe("a trade's clock", () => {
  const at = (now: number, name: "expire" | "escalate", state: TradeState) =>
    told(decide(trade(state), { command: { name }, role: "timer", expectedVersion: null, now }));

  it("acts on the very moment of a deadline and not a millisecond before", () => {
    expect(at(PAY_BY - 1, "expire", "escrowed")).toBe("illegal");
    expect(at(PAY_BY, "expire", "escrowed")).toBe("expired return");
    expect(at(RELEASE_BY - 1, "escalate", "paid")).toBe("illegal");
    expect(at(RELEASE_BY, "escalate", "paid")).toBe("disputed");
    expect(
      told(
        decide(trade("paid", { releaseBy: null }), {
          command: { name: "escalate" },
          role: "timer",
          expectedVersion: null,
          now: RELEASE_BY,
        }),
      ),
    ).toBe("illegal");
  });

  it("is due while something waits, and at no end", () => {
    expect(TRADE_STATES.map((state) => nextTimer(trade(state)))).toEqual([
      PAY_BY,
      RELEASE_BY,
      null,
      null,
      null,
      null,
      null,
    ]);
    const due = (state: TradeState, now: number) => dueCommand(trade(state), now)?.name ?? null;
    expect([due("escrowed", PAY_BY - 1), due("escrowed", PAY_BY)]).toEqual([null, "expire"]);
    expect([due("paid", RELEASE_BY - 1), due("paid", RELEASE_BY)]).toEqual([null, "escalate"]);
    for (const state of ["released", "cancelled", "expired", "disputed", "resolved"] as const)
      expect(due(state, Number.MAX_SAFE_INTEGER)).toBeNull();
  });

  it("lets the buyer appeal until the last millisecond of a quarter of an hour", () => {
    const appeal = (now: number, appealBy: number | null = APPEAL_BY) =>
      told(
        decide(trade("expired", { appealBy }), {
          command: commandOf("dispute"),
          role: "buyer",
          expectedVersion: null,
          now,
        }),
      );
    expect([appeal(APPEAL_BY - 1), appeal(APPEAL_BY), appeal(BEGAN, null)]).toEqual([
      "disputed relock",
      "illegal",
      "illegal",
    ]);
  });
});

describe("a trade's deadlines", () => {
  const after = (state: TradeState, command: Command, now: number, more: Partial<Snapshot> = {}) => {
    const role = command.name === "expire" ? "timer" : command.name === "extend" ? "seller" : "buyer";
    return decide(trade(state, more), { command, role, expectedVersion: null, now });
  };

  it("follow from what was done", () => {
    const [paid, expired, disputed] = [
      after("escrowed", commandOf("pay"), BEGAN + MINUTE),
      after("escrowed", commandOf("expire"), PAY_BY + 7),
      after("paid", commandOf("dispute"), BEGAN),
    ];
    expect(paid).toMatchObject({ deadlines: { payBy: PAY_BY, releaseBy: BEGAN + 61 * MINUTE, appealBy: null } });
    expect(expired).toMatchObject({
      deadlines: { payBy: PAY_BY, releaseBy: null, appealBy: PAY_BY + 7 + 15 * MINUTE },
    });
    expect(disputed).toMatchObject({ deadlines: { payBy: PAY_BY, releaseBy: RELEASE_BY, appealBy: null } });
  });

  it("can be extended to a day after the beginning and no longer", () => {
    const day = BEGAN + 24 * 60 * MINUTE;
    const extend = (minutes: number, payBy: number) => after("escrowed", { name: "extend", minutes }, BEGAN, { payBy });
    expect(extend(10, day - 10 * MINUTE)).toMatchObject({ deadlines: { payBy: day } });
    expect(told(extend(11, day - 10 * MINUTE))).toBe("too_long");
  });
});
