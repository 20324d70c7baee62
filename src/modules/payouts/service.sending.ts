import type { Id } from "#kernel/ids";
import { HOUR, MINUTE } from "#kernel/time";
import { findOpenWebhook, GatewayFailure, settleWebhook } from "#modules/gateways";
import type { Rail, RailPayout, RailRequest } from "#modules/rails";
import { findRail } from "#modules/rails";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { Statement } from "#platform/db";
import { NotYet, SetAside } from "#platform/failure";
import type { Payout } from "./repository.ts";
import { findPayout, setReference } from "./repository.ts";
import type { SendingRow } from "./repository.sending.ts";
import * as repository from "./repository.sending.ts";
import type { Heard } from "./rules.sending.ts";
import { hear, isInVain } from "./rules.sending.ts";
import { readNumber } from "./service.bank-accounts.ts";
import { carryOut } from "./service.moves.ts";
import { isPayable } from "./service.ts";

/**
 * What must stay true: a vendor is told once to pay. The key and the fact that it was told are stored before the call; when
 * nobody saw the answer, the vendor is asked by the key, and never told again.
 */

const SOON = MINUTE;
const LATER = 5 * MINUTE;

/** Sends a payout by its rail, or asks what became of it. */
export async function send(ctx: Ctx, payoutId: Id<"payout">): Promise<void> {
  const [sending, payout] = await Promise.all([repository.findSending(ctx, payoutId), findPayout(ctx, payoutId)]);
  if (!sending || !payout || payout.state !== "processing") return;
  const rail = findRail(ctx, sending.rail);
  if (!rail) throw new SetAside("rail_not_configured");
  if (sending.state === "asked") return await askAgain(ctx, rail, sending);
  if (sending.state !== "intended") return;
  if (!(await isPayable(ctx, payout.userId))) throw new NotYet(HOUR);
  await tellOnce(ctx, rail, { sending, payout });
}

interface Leaving {
  readonly sending: SendingRow;
  readonly payout: Payout;
}

async function tellOnce(ctx: Ctx, rail: Rail, { sending, payout }: Leaving): Promise<void> {
  const request = await requestOf(ctx, sending, payout);
  let now = sending;
  try {
    const destinationId = await rail.prepare(ctx, request);
    const asked = { state: "asked", askedAt: ctx.now() } as const;
    await commit(ctx, repository.moveSending(ctx, sending, asked), { partial: true });
    now = { ...sending, ...asked };
    await applyTold(ctx, rail, { told: await rail.send(ctx, request, destinationId) });
  } catch (error) {
    if (!(error instanceof GatewayFailure)) throw error;
    ctx.log.warn("A rail has not taken a payout.", { module: "payouts", target: payout.id, code: error.code });
    if (error.state === "unknown") throw new NotYet(SOON);
    if (error.state === "unavailable") return await comeBack(ctx, now);
    await refuse(ctx, { sending: now, payout }, error.code);
  }
}

async function requestOf(ctx: Ctx, { key }: SendingRow, payout: Payout): Promise<RailRequest> {
  const { account, userId, asset, grossMinor, taxMinor } = payout;
  const { type, holderName, ifsc } = account;
  const destination = { type, holderName, ifsc, number: await readNumber(ctx, account) };
  return { key, userId, asset, amount: grossMinor - taxMinor, destination };
}

/** Nobody took the call, so it has had no effect: it is made again later. */
async function comeBack(ctx: Ctx, sending: SendingRow): Promise<never> {
  if (sending.state === "asked")
    await commit(ctx, repository.moveSending(ctx, sending, { state: "intended", askedAt: null }), { partial: true });
  throw new NotYet(LATER);
}

/** The vendor has said no: the money goes back to the wallet. */
async function refuse(ctx: Ctx, { sending, payout }: Leaving, reason: string): Promise<void> {
  const refused = { state: "refused", askedAt: sending.askedAt ?? ctx.now() } as const;
  const along = repository.moveSending(ctx, sending, refused);
  await carryOut(ctx, payout, { command: "fail", reason, along });
}

async function askAgain(ctx: Ctx, rail: Rail, sending: SendingRow): Promise<void> {
  const told = await find(ctx, rail, sending);
  if (told) {
    await applyTold(ctx, rail, { told });
    return;
  }
  if (!isInVain(sending.askedAt, ctx.now())) throw new NotYet(LATER);
  const note = { kind: "outcome_unknown", subject: sending.payoutId, detail: sending.rail } as const;
  await commit(ctx, [repository.noteDifference(ctx, note)], { partial: true });
  throw new SetAside("payout_outcome_unknown");
}

async function find(ctx: Ctx, rail: Rail, { key }: SendingRow): Promise<RailPayout | null> {
  try {
    return await rail.find(ctx, key);
  } catch (error) {
    if (error instanceof GatewayFailure) throw new NotYet(LATER);
    throw error;
  }
}

/** What a vendor says of a payout, brought into ours. Heard twice, late or out of order it counts once. */
export async function applyTold(ctx: Ctx, rail: Rail, { told, along = [] }: Word): Promise<void> {
  const sending = await repository.findSendingOf(ctx, rail.name, told);
  const payout = sending && (await findPayout(ctx, sending.payoutId));
  if (!sending || !payout) return await commitAll(ctx, along);
  await commitTold(ctx, { sending, payout }, { told, along });
}

interface Word {
  readonly told: RailPayout;
  /** Rows that are committed with it. */
  readonly along?: readonly Statement[];
}

async function commitTold(ctx: Ctx, leaving: Leaving, { told, along }: Required<Word>): Promise<void> {
  const { sending, payout } = leaving;
  const heard = hear(payout.state, sending.vendorState, told.state);
  const note = differenceOf(leaving, told, heard);
  if (note) {
    await commit(ctx, [...along, repository.noteDifference(ctx, note)]);
    return;
  }
  const { state, reference } = told;
  const askedAt = sending.askedAt ?? ctx.now();
  const known = { state: "known", vendorId: told.id, vendorState: state, askedAt } as const;
  const moved = heard.kind === "nothing" ? along : [...along, ...repository.moveSending(ctx, sending, known)];
  if (heard.kind === "move") {
    const word = { reference: reference ?? payout.reference ?? told.id, reason: told.reason ?? state };
    await carryOut(ctx, payout, { command: heard.command, along: moved, ...WORDS[heard.command](word) });
    return;
  }
  const late = reference === null ? [] : [setReference(ctx, payout.id, reference)];
  await commitAll(ctx, [...moved, ...late]);
}

/** What changes nothing is no commit. */
async function commitAll(ctx: Ctx, statements: readonly Statement[]): Promise<void> {
  if (statements.length > 0) await commit(ctx, statements);
}

interface Words {
  readonly reference: string;
  readonly reason: string;
}

/** What is written down with each command. */
const WORDS = {
  complete: ({ reference }: Words) => ({ reference }),
  fail: ({ reason }: Words) => ({ reason }),
  reverse: ({ reason }: Words) => ({ reason }),
} as const;

/** What no machine may settle: another amount than ours, or a word against what was said before. */
function differenceOf({ sending, payout }: Leaving, told: RailPayout, heard: Heard): repository.Note | null {
  const subject = payout.id;
  if (told.amount !== payout.grossMinor - payout.taxMinor || told.asset !== payout.asset)
    return { kind: "amount_differs", subject, detail: `${told.amount} ${told.asset} at ${sending.rail}` };
  if (heard.kind !== "contradiction") return null;
  const before = sending.vendorState ?? payout.state;
  return { kind: "contradiction", subject, detail: `${told.state} at ${sending.rail} after ${before}` };
}

/** A vendor may tell of a thing before it can be asked for; after so many tries it is taken for absent. */
const MISSING_TRIES = 3;

function absent({ claim }: Ctx, error: unknown): null {
  const tries = claim?.kind === "delivery" ? claim.attempts : MISSING_TRIES;
  if (error instanceof GatewayFailure && error.state === "missing" && tries >= MISSING_TRIES) return null;
  throw error;
}

/** Handles a vendor's event: asks for the present state of the payout, and trusts nothing of the event itself. */
export async function handleNotice(ctx: Ctx, hookId: Id<"hook">): Promise<void> {
  const hook = await findOpenWebhook(ctx, hookId);
  if (!hook || hook.objectId === null) return;
  const rail = findRail(ctx, hook.provider === "stripe" ? "stripe" : "razorpayx");
  const told = rail && (await rail.read(ctx, hook.objectId).catch((error: unknown) => absent(ctx, error)));
  if (!rail || !told) {
    const reason = rail ? "object_missing" : "gateway_not_configured";
    return void (await commit(ctx, settleWebhook(ctx, hookId, { state: "ignored", reason, userId: null })));
  }
  const known = await repository.findSendingOf(ctx, rail.name, told);
  const settled = known
    ? ({ state: "handled", reason: null, userId: null } as const)
    : ({ state: "ignored", reason: "not_ours", userId: null } as const);
  await applyTold(ctx, rail, { told, along: settleWebhook(ctx, hookId, settled) });
}
