import { draftEvent } from "#kernel/event";
import type { Id } from "#kernel/ids";
import { HOUR } from "#kernel/time";
import { commit } from "#platform/commit";
import { randomToken, sha256Hex } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { isRefusedBy } from "#platform/db";
import { keyedHash } from "#platform/keyed-hash";
import { mailRequested } from "./events.ts";
import { PAGES, tell } from "./notices.ts";
import { spend } from "./repository.counters.ts";
import type { MailRequestRow } from "./repository.registrations.ts";
import * as repository from "./repository.registrations.ts";
import { putSecret } from "./repository.secrets.ts";
import { findUserByEmail } from "./repository.users.ts";
import { MAIL_BUDGET } from "./rules.lockout.ts";
import { sendVerification } from "./service.registration.ts";

const RESET_MS = HOUR;

/**
 * Takes the wish for a mail. Whether there is anybody to write to is found out by a job, so that neither the answer nor
 * its time can tell. An address gets only so many; beyond that the answer is the same and no mail is written.
 */
export async function requestMail(ctx: Ctx, request: Pick<MailRequestRow, "kind" | "email">): Promise<void> {
  const id = ctx.newId("reg");
  const key = await keyedHash(ctx.config, "mail counter", `${request.kind} ${request.email}`);
  const statements = [
    ...spend(ctx, key, { ...MAIL_BUDGET, name: "identity_mail_budget" }),
    repository.insertMailRequest(ctx, { id, createdAt: ctx.now(), ...request }),
  ];
  try {
    await commit(ctx, statements, { events: [draftEvent(mailRequested, { requestId: id })] });
  } catch (error) {
    if (!isRefusedBy(error, "identity_mail_budget")) throw error;
  }
}

export async function answerMailRequest(ctx: Ctx, id: Id<"reg">): Promise<void> {
  const request = await repository.findMailRequest(ctx, id);
  if (!request) return;
  const settled = repository.deleteMailRequest(ctx, id);
  if (request.kind === "reset") return await sendReset(ctx, request.email, settled);
  const registration = await repository.findNewestRegistration(ctx, request.email);
  if (registration) return await sendVerification(ctx, registration, [settled]);
  await commit(ctx, [settled]);
}

async function sendReset(ctx: Ctx, email: string, settled: D1PreparedStatement): Promise<void> {
  const user = await findUserByEmail(ctx, email);
  if (!user || user.status === "deleted" || user.status === "suspended") {
    await commit(ctx, [settled]);
    return;
  }
  const token = randomToken();
  const expiresAt = ctx.now() + RESET_MS;
  const told = await tell(ctx, user, { kind: "reset", data: { path: PAGES.reset(token), expiresAt } });
  const secret = {
    userId: user.id,
    purpose: "reset",
    tokenHash: await sha256Hex(token),
    value: null,
    expiresAt,
  } as const;
  await commit(ctx, [settled, putSecret(ctx, secret), ...told.statements], { events: told.events });
}
