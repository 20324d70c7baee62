import { z } from "zod";
import type { Id } from "#kernel/ids";
import type { CloseCode } from "#platform/socket-frames";
import { messageFrame } from "#platform/socket-frames";
import type { Actor, Source } from "#platform/ctx";

export type { CloseCode } from "#platform/socket-frames";
export { CLOSE } from "#platform/socket-frames";

/** What a trade in escrow understands, and what its socket says and hears. */

export const TRADE_STATES = ["escrowed", "paid", "released", "cancelled", "expired", "disputed", "resolved"] as const;

export type TradeState = (typeof TRADE_STATES)[number];

/** Who gives a command: a party, the arbitrator of a dispute, or the clock. */
export const ROLES = ["buyer", "seller", "arbitrator", "timer"] as const;
export type Role = (typeof ROLES)[number];

export const COMMANDS = ["pay", "release", "cancel", "extend", "dispute", "resolve", "expire", "escalate"] as const;
export type CommandName = (typeof COMMANDS)[number];

/** What a command needs beside its name. */
export type Command =
  | { readonly name: "pay"; readonly payerName: string | null }
  | { readonly name: "release" }
  | { readonly name: "cancel" }
  | { readonly name: "extend"; readonly minutes: number }
  | { readonly name: "dispute"; readonly reason: string }
  | {
      readonly name: "resolve";
      /** Of the asset amount, in minor units; the seller gets the rest. */
      readonly buyerShare: number;
      readonly reason: string;
      readonly assignedTo: Id<"user">;
      /** A second administrator confirms what the arbitrator has proposed. */
      readonly confirms: boolean;
    }
  | { readonly name: "expire" }
  | { readonly name: "escalate" };

export interface Deadlines {
  /** Until when the buyer may pay. */
  readonly payBy: number;
  /** Until when the seller is to release; null before the buyer has paid. */
  readonly releaseBy: number | null;
  /** Until when the buyer may appeal against the expiry; null before it. */
  readonly appealBy: number | null;
}

/** What a transition does with the money. */
export type Move =
  /** Nothing. */
  | "stay"
  /** All of it back to the seller. */
  | "return"
  /** From the seller into escrow again. */
  | "relock"
  /** The asset to the buyer, the fee to us. */
  | "release"
  /** Shares to both, the fee pro rata. */
  | "share";

/** A transition that is about to be written. */
export interface Step {
  readonly commandId: string;
  readonly command: Command;
  readonly role: Role;
  readonly to: TradeState;
  readonly move: Move;
  readonly deadlines: Deadlines;
}

/** A trade as the machine sees it. */
export interface Snapshot extends Deadlines {
  readonly state: TradeState;
  /** Grows by one with each transition. */
  readonly version: number;
  /** The command that led to this state, and who gave it; null at the beginning. */
  readonly last: { readonly command: CommandName; readonly role: Role } | null;
  readonly createdAt: number;
  /** How long the seller may look for the money. */
  readonly releaseMinutes: number;
}

/** A command on its way to the trade. */
export interface Order {
  /** The same for every repeat under one idempotency key. */
  readonly commandId: string;
  readonly command: Command;
  /** `party` stands for the side that the actor is on. */
  readonly role: Role | "party";
  readonly expectedVersion: number | null;
  readonly actor: Actor;
  readonly source: Source;
  readonly requestId: string;
}

export type Refusal =
  /** The role may never do this. */
  | "forbidden"
  /** The command was given on a version that is past. */
  | "stale"
  | "illegal"
  /** The window would be longer than any may be. */
  | "too_long"
  /** The seller no longer has what would have to be locked again. */
  | "insufficient_funds"
  /** The arbitrator is not the one who was assigned, or the dispute has moved on. */
  | "not_assigned"
  | "absent";

/** What came of a command. The version is that at which the answer stands: a repeat gets the one of the first run. */
export type Verdict<Trade> =
  | { readonly state: "done"; readonly trade: Trade; readonly version: number }
  | { readonly state: "refused"; readonly why: Refusal; readonly trade: Trade | null };

/** How long a buyer may appeal after an expiry. */
export const APPEAL_MINUTES = 15;
/** However often the seller extends it, the window ends so long after the trade began at the latest. */
export const WINDOW_MAX_MINUTES = 24 * 60;

export const MAX_CONTENT = 2_000;

/** What a client may send. */
export const clientFrame = z.discriminatedUnion("type", [
  messageFrame(MAX_CONTENT),
  z.strictObject({ type: z.literal("ping") }),
]);

export type ClientFrame = z.infer<typeof clientFrame>;

/** Who is at the other end of a socket, as the Worker has found out. */
export interface Visitor {
  readonly tradeId: Id<"trade">;
  readonly userId: Id<"user">;
  readonly sessionId: Id<"sess">;
  readonly role: Exclude<Role, "timer">;
  /** When the session was last seen to be good. */
  readonly verifiedAt: number;
}

/** The header that carries the visitor from the Worker to the object. */
export const VISITOR_HEADER = "X-Visitor";

/** Whose sockets to close. */
export interface Farewell {
  readonly code: CloseCode;
  readonly userId: string;
  /** Only those of this session. */
  readonly sessionId: string | null;
  /** Not those of this one. */
  readonly except: string | null;
}
