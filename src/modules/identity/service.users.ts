import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit } from "#platform/commit";
import type { Ctx, Role } from "#platform/ctx";
import { signedInUser } from "./actor.ts";
import { problems } from "./errors.ts";
import { userStatusChanged } from "./events.ts";
import type { Parts } from "./notices.ts";
import { tell, together } from "./notices.ts";
import { clearCounters } from "./repository.counters.ts";
import { recordSecurityEvent } from "./repository.events.ts";
import { unlockFactor } from "./repository.factors.ts";
import type { UserFilter, UserRow } from "./repository.users.ts";
import * as repository from "./repository.users.ts";
import { endingSessions } from "./service.sessions.ts";
import { counterSubject } from "./service.sign-in.ts";
import { forgetSessions } from "./session-memory.ts";

/** Operators' verbs over other people's accounts. Nobody changes their own, and one administrator always remains. */

const NOTHING: Parts = { statements: [], events: [] };

export async function listUsers(ctx: Ctx, filter: UserFilter, page: PageRequest): Promise<Page<UserRow>> {
  return toPage(await repository.listUsers(ctx, filter, page), page, (user) => user.id);
}

/** One account. That an operator has looked at it is written down. */
export async function viewUser(ctx: Ctx, id: Id<"user">): Promise<UserRow> {
  const user = await anyUser(ctx, id);
  await commit(ctx, [], { audit: { action: "user.viewed", target: id } });
  return user;
}

export interface Decision {
  readonly userId: Id<"user">;
  readonly reason: string;
}

/** Shuts an account: its sessions end, and neither password nor key lets anybody in. */
export async function suspendUser(ctx: Ctx, { userId, reason }: Decision): Promise<UserRow> {
  const user = await othersUser(ctx, userId);
  if (user.status === "suspended") return user;
  const parts = together(
    endingSessions(ctx, userId, { reason: "suspended" }),
    await tellStatus(ctx, user, { status: "suspended", reason }),
  );
  return await change(ctx, user, {
    changes: { status: "suspended", statusReason: reason },
    parts,
    action: "user.suspended",
    reason,
  });
}

export async function activateUser(ctx: Ctx, { userId, reason }: Decision): Promise<UserRow> {
  const user = await othersUser(ctx, userId);
  if (user.status === "active") return user;
  if (user.status === "deleted") throw problems.stateChanged({ detail: "The account is gone." });
  const parts = await tellStatus(ctx, user, { status: "active", reason });
  const changes = { status: "active", statusReason: null, deletionDueAt: null } as const;
  return await change(ctx, user, { changes, parts, action: "user.activated", reason });
}

export interface SetRole {
  readonly userId: Id<"user">;
  readonly role: Role;
  readonly reason: string;
}

/** Gives a role. The sessions of before end, so that none keeps what it was. */
export async function setUserRole(ctx: Ctx, { userId, role, reason }: SetRole): Promise<UserRow> {
  const user = await othersUser(ctx, userId);
  if (user.role === role) return user;
  const parts = endingSessions(ctx, userId, { reason: "role_changed" });
  return await change(ctx, user, { changes: { role }, parts, action: "user.roleChanged", reason });
}

export interface Note {
  readonly userId: Id<"user">;
  readonly reason: string | null;
}

const noted = (reason: string | null): { readonly reason?: string } => (reason === null ? {} : { reason });

/** Opens the way for an owner whom failures have shut out. */
export async function unlockUser(ctx: Ctx, { userId, reason }: Note): Promise<UserRow> {
  const user = await anyUser(ctx, userId);
  const cleared = user.email === null ? [] : [clearCounters(ctx, await counterSubject(ctx, user.email))];
  await commit(ctx, [...cleared, unlockFactor(ctx, userId)], {
    audit: { action: "user.unlocked", target: userId, ...noted(reason) },
    result: user,
  });
  return user;
}

export async function forceLogout(ctx: Ctx, { userId, reason }: Note): Promise<UserRow> {
  const user = await anyUser(ctx, userId);
  const { statements, events } = endingSessions(ctx, userId, { reason: "ended_by_operator" });
  const event = recordSecurityEvent(ctx, { type: "session.ended", userId, detail: { all: true, byOperator: true } });
  await commit(ctx, [...statements, event], {
    audit: { action: "user.loggedOut", target: userId, ...noted(reason) },
    events,
    result: user,
  });
  forgetSessions(ctx, userId);
  return user;
}

async function anyUser(ctx: Ctx, id: Id<"user">): Promise<UserRow> {
  const user = await repository.findUser(ctx, id);
  if (!user) throw problems.userNotFound();
  return user;
}

async function othersUser(ctx: Ctx, id: Id<"user">): Promise<UserRow> {
  const user = await anyUser(ctx, id);
  if (user.id === signedInUser(ctx).userId)
    throw problems.ownAccount({ detail: "Another administrator must do this." });
  return user;
}

interface Status {
  readonly status: "suspended" | "active";
  readonly reason: string;
}

async function tellStatus(ctx: Ctx, user: UserRow, { status, reason }: Status): Promise<Parts> {
  const told =
    user.status === "deleted"
      ? NOTHING
      : await tell(ctx, user, { kind: "accountStatusChanged", data: { status, reason } });
  const event = recordSecurityEvent(ctx, { type: "account.status_changed", userId: user.id, detail: { status } });
  return together(told, {
    statements: [event],
    events: [draftEvent(userStatusChanged, { userId: user.id, status })],
  });
}

interface Change {
  readonly changes: Partial<Pick<UserRow, "role" | "status" | "statusReason" | "deletionDueAt">>;
  readonly parts: Parts;
  readonly action: string;
  readonly reason: string | null;
}

async function change(ctx: Ctx, before: UserRow, { changes, parts, action, reason }: Change): Promise<UserRow> {
  const after = { ...before, ...changes };
  const losesAdmin = before.role === "admin" && (after.role !== "admin" || after.status !== "active");
  const statements = [
    ...(losesAdmin ? [repository.expectAnotherAdmin(ctx, before.id)] : []),
    ...repository.changeUser(ctx, before, changes),
    ...parts.statements,
  ];
  await commit(ctx, statements, {
    audit: {
      action,
      target: before.id,
      ...(reason === null ? {} : { reason }),
      before: { role: before.role, status: before.status },
      after: { role: after.role, status: after.status },
    },
    events: parts.events,
    result: after,
    refusals: { identity_last_admin: problems.lastAdmin, identity_user_changed: problems.stateChanged },
  });
  forgetSessions(ctx, before.id);
  return after;
}
