import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { getAsset } from "#modules/ledger";
import type { Ctx } from "#platform/ctx";
import { idParam, jsonAnswer, jsonBody, pageOf, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { readAmount } from "#platform/http/money";
import { defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import { getBankAccount as readBankAccount, putBankAccount as setBankAccount } from "./service.bank-accounts.ts";
import * as schedules from "./service.schedules.ts";
import * as service from "./service.ts";

const read = { access: signedIn("affiliate:read"), limit: "read" } as const;
const raised = { access: signedIn(null, { stepUp: true }), limit: "money" } as const;
const tag = { tags: ["Payouts"] as [string] };
const params = z.object({ id: idParam("payout") });
const payoutAnswer = (description: string) => jsonAnswer(description, schemas.payout);

/** An amount in what the caller's bank account is paid in. */
async function readOwnAmount(ctx: Ctx, text: string): Promise<number> {
  const { asset } = await readBankAccount(ctx);
  return readAmount(text, getAsset(asset));
}

const getBankAccount = defineRoute(
  { operation: "getBankAccount", ...read },
  {
    ...tag,
    method: "get",
    path: "/affiliate/bank-account",
    summary: "Where your payouts go",
    responses: { 200: jsonAnswer("The account, masked.", schemas.bankAccount), 404: { description: "There is none." } },
  },
  async (c) => c.json(schemas.presentBankAccount(await readBankAccount(c.get("ctx"))), 200),
);

const putBankAccount = defineRoute(
  { operation: "putBankAccount", ...raised },
  {
    ...tag,
    method: "put",
    path: "/affiliate/bank-account",
    summary: "Set where your payouts go",
    description: "A new account can be used after a while, and you are told of it by mail.",
    request: { body: jsonBody(schemas.putBankAccount) },
    responses: { 200: jsonAnswer("The account, masked.", schemas.bankAccount) },
  },
  async (c) => {
    const { type, holderName, accountNumber, ifsc = null } = c.req.valid("json");
    const row = await setBankAccount(c.get("ctx"), { type, holderName, accountNumber, ifsc });
    return c.json(schemas.presentBankAccount(row), 200);
  },
);

const listPayouts = defineRoute(
  { operation: "listPayouts", ...read },
  {
    ...tag,
    method: "get",
    path: "/affiliate/payouts",
    summary: "Your payouts, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of them.", pageOf(schemas.payout).openapi("PayoutPage")) },
  },
  async (c) => {
    const request = toPageRequest(c.req.valid("query"), (position) => isId("payout", position));
    const page = await service.listPayouts(c.get("ctx"), request);
    return c.json(
      presentPage(page, (row) => schemas.presentPayout(row)),
      200,
    );
  },
);

const requestPayout = defineRoute(
  { operation: "requestPayout", ...raised, idempotency: "required" },
  {
    ...tag,
    method: "post",
    path: "/affiliate/payouts",
    summary: "Ask for a payout of your wallet",
    description: "The amount is set aside at once. One payout at a time.",
    request: { body: jsonBody(schemas.requestPayout) },
    responses: {
      201: payoutAnswer("The payout."),
      409: { description: "`payout_open`, `bank_account_cooling` or `insufficient_funds`." },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const grossMinor = await readOwnAmount(ctx, c.req.valid("json").amount);
    return c.json(schemas.presentPayout(await service.requestPayout(ctx, { grossMinor })), 201);
  },
);

const cancelPayout = defineRoute(
  { operation: "cancelPayout", access: signedIn(null), limit: "money" },
  {
    ...tag,
    method: "post",
    path: "/affiliate/payouts/{id}/cancel",
    summary: "Take a request for a payout back",
    request: { params },
    responses: {
      200: payoutAnswer("The payout; a repeat changes nothing."),
      409: { description: "`illegal_transition`: somebody has decided." },
    },
  },
  async (c) => c.json(schemas.presentPayout(await service.cancelPayout(c.get("ctx"), c.req.valid("param").id)), 200),
);

const getSchedule = defineRoute(
  { operation: "getPayoutSchedule", ...read },
  {
    ...tag,
    method: "get",
    path: "/affiliate/payout-schedule",
    summary: "When your wallet is paid out by itself",
    responses: { 200: jsonAnswer("The schedule.", schemas.schedule), 404: { description: "There is none." } },
  },
  async (c) => c.json(schemas.presentSchedule(await schedules.getSchedule(c.get("ctx"))), 200),
);

const putSchedule = defineRoute(
  { operation: "putPayoutSchedule", ...raised },
  {
    ...tag,
    method: "put",
    path: "/affiliate/payout-schedule",
    summary: "Have your wallet paid out by itself",
    description:
      "Each week or on the first of each month a payout of the whole wallet is asked for, if there is enough in it.",
    request: { body: jsonBody(schemas.putSchedule) },
    responses: {
      200: jsonAnswer("The schedule.", schemas.schedule),
      404: { description: "There is no bank account." },
    },
  },
  async (c) => {
    const ctx = c.get("ctx");
    const { interval, least } = c.req.valid("json");
    const leastMinor = await readOwnAmount(ctx, least);
    return c.json(schemas.presentSchedule(await schedules.putSchedule(ctx, { interval, leastMinor })), 200);
  },
);

const deleteSchedule = defineRoute(
  { operation: "deletePayoutSchedule", access: signedIn(null), limit: "write" },
  {
    ...tag,
    method: "delete",
    path: "/affiliate/payout-schedule",
    summary: "Have nothing paid out by itself",
    responses: { 204: { description: "From now on you ask for each payout." } },
  },
  async (c) => {
    await schedules.deleteSchedule(c.get("ctx"));
    return c.body(null, 204);
  },
);

export const routes = [
  getBankAccount,
  putBankAccount,
  listPayouts,
  requestPayout,
  cancelPayout,
  getSchedule,
  putSchedule,
  deleteSchedule,
] as const;
