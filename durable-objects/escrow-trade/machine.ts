import { MINUTE } from "#kernel/time";
import type { Command, CommandName, Deadlines, Move, Refusal, Role, Snapshot, TradeState } from "./contract.ts";
import { APPEAL_MINUTES, WINDOW_MAX_MINUTES } from "./contract.ts";

/**
 * The life of a trade, as a table. What must stay true: nothing leads out of `released`, `cancelled` and `resolved`; once
 * the buyer has paid, no timer moves money; the seller never takes the asset back alone.
 */

export interface Rule {
  readonly from: TradeState;
  readonly command: CommandName;
  readonly by: readonly Role[];
  readonly to: TradeState;
  readonly move: Move;
}

export const TABLE: readonly Rule[] = [
  { from: "escrowed", command: "pay", by: ["buyer"], to: "paid", move: "stay" },
  { from: "escrowed", command: "cancel", by: ["buyer"], to: "cancelled", move: "return" },
  { from: "escrowed", command: "expire", by: ["timer"], to: "expired", move: "return" },
  { from: "escrowed", command: "extend", by: ["seller"], to: "escrowed", move: "stay" },
  { from: "expired", command: "dispute", by: ["buyer"], to: "disputed", move: "relock" },
  { from: "paid", command: "release", by: ["seller"], to: "released", move: "release" },
  { from: "paid", command: "cancel", by: ["buyer"], to: "cancelled", move: "return" },
  { from: "paid", command: "dispute", by: ["buyer", "seller"], to: "disputed", move: "stay" },
  { from: "paid", command: "escalate", by: ["timer"], to: "disputed", move: "stay" },
  { from: "disputed", command: "release", by: ["seller"], to: "released", move: "release" },
  { from: "disputed", command: "cancel", by: ["buyer"], to: "cancelled", move: "return" },
  { from: "disputed", command: "resolve", by: ["arbitrator"], to: "resolved", move: "share" },
];

export type Decision =
  | { readonly kind: "step"; readonly rule: Rule; readonly deadlines: Deadlines }
  /** It was done before: the trade stands where the command leads. */
  | { readonly kind: "repeat" }
  | { readonly kind: "refused"; readonly why: Refusal };

export interface Request {
  readonly command: Command;
  readonly role: Role;
  readonly expectedVersion: number | null;
  readonly now: number;
}

const refused = (why: Refusal): Decision => ({ kind: "refused", why });

/**
 * What becomes of a command. The clock's commands that are due go first (`dueCommand`), so that a moment on the
 * deadline has one outcome.
 */
export function decide(snapshot: Snapshot, request: Request): Decision {
  const { command, role, now } = request;
  if (!TABLE.some((rule) => rule.command === command.name && rule.by.includes(role))) return refused("forbidden");
  if (isRepeat(snapshot, request)) return { kind: "repeat" };
  if (request.expectedVersion !== null && request.expectedVersion !== snapshot.version) return refused("stale");
  const rule = TABLE.find(
    ({ from, command: name, by }) => from === snapshot.state && name === command.name && by.includes(role),
  );
  if (!rule || !isInTime(snapshot, rule, now)) return refused("illegal");
  const deadlines = deadlinesAfter(snapshot, { rule, command, now });
  if (deadlines.payBy > snapshot.createdAt + WINDOW_MAX_MINUTES * MINUTE && rule.command === "extend")
    return refused("too_long");
  return { kind: "step", rule, deadlines };
}

/** Extending twice is twice the time, so it is never taken for a repeat. */
function isRepeat({ last, version }: Snapshot, { command, role, expectedVersion }: Request): boolean {
  if (last?.command !== command.name || last.role !== role || command.name === "extend") return false;
  return expectedVersion === null || expectedVersion === version || expectedVersion === version - 1;
}

function isInTime({ payBy, releaseBy, appealBy }: Snapshot, rule: Rule, now: number): boolean {
  if (rule.command === "expire") return now >= payBy;
  if (rule.command === "escalate") return releaseBy !== null && now >= releaseBy;
  return rule.from !== "expired" || (appealBy !== null && now < appealBy);
}

interface Taken {
  readonly rule: Rule;
  readonly command: Command;
  readonly now: number;
}

function deadlinesAfter(snapshot: Snapshot, { rule, command, now }: Taken): Deadlines {
  const { payBy, releaseBy, appealBy, releaseMinutes } = snapshot;
  if (command.name === "extend") return { payBy: payBy + command.minutes * MINUTE, releaseBy, appealBy };
  if (rule.to === "paid") return { payBy, releaseBy: now + releaseMinutes * MINUTE, appealBy };
  if (rule.to === "expired") return { payBy, releaseBy, appealBy: now + APPEAL_MINUTES * MINUTE };
  return { payBy, releaseBy, appealBy };
}

/** The next moment at which the clock has something to do; null when it never has again. */
export function nextTimer({ state, payBy, releaseBy }: Snapshot): number | null {
  if (state === "escrowed") return payBy;
  return state === "paid" ? releaseBy : null;
}

/** What the clock commands at this moment, if anything. */
export function dueCommand(snapshot: Snapshot, now: number): Extract<Command, { name: "expire" | "escalate" }> | null {
  const at = nextTimer(snapshot);
  if (at === null || now < at) return null;
  return { name: snapshot.state === "escrowed" ? "expire" : "escalate" };
}
