import { describe, expect, it } from "vitest";
import * as ledger from "#modules/ledger";
import { DAY } from "#kernel/time";
import { anAccount } from "../../support/accounts.ts";
import { anOperator } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { aDeal, aDispute, aTrader, balanceOf, command, escrowOf, PNG } from "../../support/trades.ts";
import type { Deal, User } from "../../support/trades.ts";
import { escalateDisputes } from "../../../src/modules/trades/service.disputes.ts";
import { deleteOldEvidence } from "../../../src/modules/trades/service.evidence.ts";
import { differsFrom } from "../../../src/modules/trades/rules.ts";

const app = testApp();

interface DisputeBody {
  readonly id: string;
  readonly state: string;
  readonly status: number;
  readonly code: string;
  readonly openedBy: string;
  readonly assignedTo: string | null;
  readonly escalation: number;
  readonly resolution: { readonly buyerShare: string; readonly sellerShare: string } | null;
  readonly notes: readonly { readonly body: string }[];
  readonly evidence: readonly { readonly id: string; readonly name: string }[];
  readonly messages: readonly object[];
}

async function decide(as: User, id: string, verb: string, json?: object): Promise<DisputeBody> {
  const answer = await app.call(`POST /api/v1/admin/disputes/${id}/${verb}`, {
    as,
    ...(json === undefined ? {} : { json }),
  });
  return { ...(await bodyOf<DisputeBody>(answer)), status: answer.status };
}

async function look(as: User, id: string): Promise<DisputeBody> {
  return await bodyOf<DisputeBody>(await app.call(`GET /api/v1/admin/disputes/${id}`, { as }));
}

const shares = (buyerShare: string, sellerShare: string) => ({ buyerShare, sellerShare, reason: "It was shown." });

async function feesEarned(): Promise<number> {
  return (await ledger.listAccounts(testCtx(app), ["revenue:fee:USDT"])).at(0)?.creditsPosted ?? 0;
}

async function audited(target: string): Promise<string[]> {
  const sql = "select action from platform_audit_entries where target = ? order by seq";
  const { results } = await testCtx(app).db.sql(sql, target).all<{ action: string }>();
  return results.map(({ action }) => action);
}

describe("a dispute", () => {
  it("is decided by shares that add up, with the fee pro rata with the buyer's", async () => {
    const { id, deal } = await aDispute(app);
    const as = anOperator();
    const before = await feesEarned();
    expect(await decide(as, id, "assign")).toMatchObject({ status: 200, state: "assigned", assignedTo: as.userId });
    expect(await decide(as, id, "resolve", shares("60", "39"))).toMatchObject({ status: 422, code: "shares_mismatch" });
    const done = await decide(as, id, "resolve", shares("33.333333", "66.666667"));
    expect(done).toMatchObject({ status: 200, state: "resolved", resolution: { buyerShare: "33.333333" } });
    // 33.333333 of 100 of a fee of 500,000 minor units is 166,666.665, half to even.
    expect((await feesEarned()) - before).toBe(166_667);
    expect(await balanceOf(app, deal.buyer)).toBe(33_333_333);
    expect(await balanceOf(app, deal.seller)).toBe(1_000_000_000 - 33_333_333 - 166_667);
    expect(await escrowOf(app, deal.id)).toEqual({ held: 0, closed: true });
    expect(await decide(as, id, "resolve", shares("33.333333", "66.666667"))).toMatchObject({ status: 200 });
    expect(await decide(as, id, "resolve", shares("100", "0"))).toMatchObject({ status: 409, code: "dispute_closed" });
    expect(await balanceOf(app, deal.buyer)).toBe(33_333_333);
    expect((await ledger.audit(testCtx(app))).failures).toEqual([]);
  });

  it.each([
    ["100", "0", 100_000_000, 500_000],
    ["0", "100", 0, 0],
  ])("gives all to one side: %s to the buyer", async (buyerShare, sellerShare, bought, fee) => {
    const { id, deal } = await aDispute(app);
    const as = anOperator();
    const before = await feesEarned();
    await decide(as, id, "assign");
    expect(await decide(as, id, "resolve", shares(buyerShare, sellerShare))).toMatchObject({ state: "resolved" });
    expect([await balanceOf(app, deal.buyer), (await feesEarned()) - before]).toEqual([bought, fee]);
  });

  it("is decided once by twenty calls at once", async () => {
    const { id, deal } = await aDispute(app);
    const as = anOperator();
    await decide(as, id, "assign");
    const wanted = Array.from({ length: 20 }, (_, index) => shares(String(index * 5), String(100 - index * 5)));
    const answers = await Promise.all(wanted.map(async (json) => await decide(as, id, "resolve", json)));
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(answers.filter(({ status }) => status === 409).length).toBe(19);
    expect(await escrowOf(app, deal.id)).toEqual({ held: 0, closed: true });
  });

  it("is for its arbitrator alone: not for support, not for another administrator, not for a party", async () => {
    const { id, deal } = await aDispute(app);
    const [arbiter, other, support] = [anOperator(), anOperator(), anOperator("support")];
    const json = shares("100", "0");
    expect(await decide(arbiter, id, "resolve", json)).toMatchObject({ status: 409, code: "not_assigned" });
    await decide(arbiter, id, "assign");
    expect(await decide(other, id, "resolve", json)).toMatchObject({ status: 409, code: "not_assigned" });
    expect(await decide(support, id, "resolve", json)).toMatchObject({ status: 403 });
    expect(await decide(support, id, "assign")).toMatchObject({ status: 403 });
    expect((await look(support, id)).state).toBe("assigned");
    const party = anOperator();
    await testCtx(app).db.sql("update trades_trades set buyer_id = ? where id = ?", party.userId, deal.id).run();
    expect(await decide(party, id, "assign")).toMatchObject({ status: 409, code: "own_dispute" });
    expect(await decide(party, id, "resolve", json)).toMatchObject({ status: 409, code: "own_dispute" });
    expect(await decide(arbiter, id, "assign", { to: party.userId })).toMatchObject({ code: "assignee_unfit" });
    const { user } = await anAccount(app, { role: "admin", mfa: true });
    expect(await decide(arbiter, id, "assign", { to: user.id })).toMatchObject({ status: 200, assignedTo: user.id });
    expect(await decide(arbiter, id, "resolve", json)).toMatchObject({ status: 409, code: "not_assigned" });
  });

  it("waits for a second administrator above the limit", async () => {
    const { id, deal } = await aDispute(app, true);
    const [arbiter, second] = [anOperator(), anOperator()];
    const json = shares(deal.body.assetAmount, "0");
    await decide(arbiter, id, "assign");
    expect(await decide(second, id, "confirm")).toMatchObject({ status: 409, code: "nothing_proposed" });
    expect(await decide(arbiter, id, "resolve", json)).toMatchObject({ status: 200, state: "proposed" });
    expect((await escrowOf(app, deal.id)).held).toBeGreaterThan(0);
    expect(await decide(arbiter, id, "confirm")).toMatchObject({ status: 409, code: "own_proposal" });
    expect(await decide(second, id, "confirm")).toMatchObject({ status: 200, state: "resolved" });
    expect(await escrowOf(app, deal.id)).toEqual({ held: 0, closed: true });
    expect(await audited(id)).toEqual(["dispute.assigned", "dispute.proposed"]);
  });

  it("ends by the seller's release or the buyer's cancellation too, and is then over", async () => {
    for (const [side, name] of [
      ["seller", "release"],
      ["buyer", "cancel"],
    ] as const) {
      const { id, deal } = await aDispute(app);
      const as = anOperator();
      await decide(as, id, "assign");
      expect((await command(app, { id: deal.id, as: deal[side], name })).status).toBe(200);
      expect((await look(as, id)).state).toBe("settled");
      expect(await decide(as, id, "resolve", shares("100", "0"))).toMatchObject({
        status: 409,
        code: "dispute_closed",
      });
      expect(await decide(as, id, "assign")).toMatchObject({ status: 409 });
      expect(await escrowOf(app, deal.id)).toEqual({ held: 0, closed: true });
    }
  });

  it("becomes more pressing with time, and stands at the top of the queue", async () => {
    const { id } = await aDispute(app);
    await testCtx(app)
      .db.sql("update trades_disputes set opened_at = opened_at - ? where id = ?", 4 * DAY, id)
      .run();
    await escalateDisputes(testCtx(app));
    await escalateDisputes(testCtx(app));
    const queue = await app.call("GET /api/v1/admin/disputes/queue", { as: anOperator("support") });
    const [first] = (await bodyOf<{ data: DisputeBody[] }>(queue)).data;
    expect(first).toMatchObject({ id, escalation: 2, openedBy: "seller" });
    expect((await audited(id)).filter((action) => action === "dispute.escalated").length).toBe(1);
    const items = await testApp()
      .composition.modules.find(({ name }) => name === "trades")
      ?.readiness?.(testCtx(app));
    expect(items?.map((item) => item.status)).toEqual(["pass", "fail"]);
  });

  it("holds notes that only operators see, and tells both sides and the arbitrator", async () => {
    const { id, deal } = await aDispute(app);
    const people = await Promise.all([anAccount(app), anAccount(app)]);
    const [buyer, seller] = people.map(({ user }) => user.id);
    const swap = "update trades_trades set buyer_id = ?1, seller_id = ?2, maker_id = ?2 where id = ?3";
    await testCtx(app)
      .db.sql(swap, buyer ?? "", seller ?? "", deal.id)
      .run();
    const { user, actor } = await anAccount(app, { role: "admin", mfa: true });
    await decide(actor, id, "assign");
    expect(await decide(actor, id, "notes", { body: "Asked the bank." })).toMatchObject({ status: 201 });
    expect((await look(actor, id)).notes.map(({ body }) => body)).toEqual(["Asked the bank."]);
    await app.call("POST /dev/jobs/drain");
    for (const userId of [buyer, seller, user.id]) {
      const sql = "select kind from messaging_notifications where user_id = ?";
      const { results } = await testCtx(app)
        .db.sql(sql, userId ?? "")
        .all<{ kind: string }>();
      expect(results.map(({ kind }) => kind)).toContain("dispute");
    }
  });
});

async function upload(deal: Deal, as: User, body: Uint8Array = PNG): Promise<Response> {
  return await app.call(`POST /api/v1/p2p/trades/${deal.id}/evidence?name=receipt.png`, {
    as,
    body,
    headers: { "Content-Type": "image/png" },
  });
}

describe("evidence", () => {
  it("is kept sealed, seen by both sides and the arbitrator and by nobody else", async () => {
    const { id, deal } = await aDispute(app);
    const { id: fileId } = await bodyOf<{ id: string }>(await upload(deal, deal.buyer));
    const open = async (as: User) => await app.call(`GET /api/v1/p2p/trades/${deal.id}/evidence/${fileId}`, { as });
    expect([(await open(deal.seller)).status, (await open(deal.buyer)).status]).toEqual([200, 200]);
    expect(new Uint8Array(await (await open(deal.seller)).arrayBuffer())).toEqual(PNG);
    expect((await open(aTrader())).status).toBe(404);
    const arbiter = anOperator();
    const asArbiter = async () =>
      await app.call(`GET /api/v1/admin/disputes/${id}/evidence/${fileId}`, { as: arbiter });
    expect((await asArbiter()).status).toBe(409);
    await decide(arbiter, id, "assign");
    expect((await asArbiter()).status).toBe(200);
    expect((await look(arbiter, id)).evidence).toMatchObject([{ id: fileId, name: "receipt.png" }]);
    const kept = await testCtx(app).env.FILES.get(`trades/${deal.id}/${fileId}`);
    expect(new Uint8Array((await kept?.arrayBuffer()) ?? new ArrayBuffer(0)).slice(0, 8)).not.toEqual(PNG.slice(0, 8));
  });

  it("is only what its bytes are, not too large, and only while something is open", async () => {
    const deal = await aDeal(app);
    expect((await upload(deal, deal.buyer)).status).toBe(409);
    await command(app, { id: deal.id, as: deal.buyer, name: "paid" });
    expect((await upload(deal, deal.buyer, new TextEncoder().encode("<svg/>"))).status).toBe(422);
    expect((await upload(deal, deal.buyer, new Uint8Array(5 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await upload(deal, deal.buyer)).status).toBe(201);
    await command(app, { id: deal.id, as: deal.seller, name: "release" });
    expect((await upload(deal, deal.buyer)).status).toBe(409);
  });

  it("is deleted half a year after the end, and not before", async () => {
    const deal = await aDeal(app);
    await command(app, { id: deal.id, as: deal.buyer, name: "paid" });
    const { id } = await bodyOf<{ id: string }>(await upload(deal, deal.buyer));
    const later = { now: () => Date.now() + 181 * DAY };
    await deleteOldEvidence(testCtx(app, later));
    const path = `GET /api/v1/p2p/trades/${deal.id}/evidence/${id}`;
    expect((await app.call(path, { as: deal.buyer })).status).toBe(200);
    await command(app, { id: deal.id, as: deal.seller, name: "release" });
    await deleteOldEvidence(testCtx(app, later));
    expect((await app.call(path, { as: deal.buyer })).status).toBe(404);
    expect(await testCtx(app).env.FILES.head(`trades/${deal.id}/${id}`)).toBeNull();
  });
});

describe("a payer's name", () => {
  it.each([
    ["Ada Lovelace", "ADA  LOVELACE", false],
    ["A. Lovelace", "Ada Lovelace", false],
    ["Lovelace Ada King", "Ada Lovelace", false],
    ["José Núñez", "Jose Nunez", false],
    ["Charles Babbage", "Ada Lovelace", true],
    ["Ada Byron", "Ada Lovelace", true],
    ["Ada Lovelace", null, false],
    ["...", "Ada Lovelace", false],
  ])("%s beside %s", (payer, known, differs) => {
    expect(differsFrom(payer, known)).toBe(differs);
  });
});

describe("somebody who leaves", () => {
  it("cannot while a trade is open, takes their data along, and leaves no words behind", async () => {
    const { deal } = await aDispute(app);
    await upload(deal, deal.buyer);
    const { userId } = deal.buyer;
    const ctx = testCtx(app);
    const module = app.composition.modules.find(({ name }) => name === "trades");
    expect(await module?.eraseBlockers?.(ctx, userId)).toEqual(["trade_open"]);
    await command(app, { id: deal.id, as: deal.buyer, name: "cancel" });
    expect(await module?.eraseBlockers?.(ctx, userId)).toEqual([]);
    expect(await module?.exportUser?.(ctx, userId)).toMatchObject({
      trades: [{ id: deal.id, role: "buyer", state: "cancelled" }],
      evidence: [{ name: "receipt.png" }],
    });
    await ctx.db.batch((await module?.eraseUser?.(ctx, userId)) ?? []);
    expect((await app.call(`GET /api/v1/p2p/trades/${deal.id}/evidence`, { as: deal.seller })).status).toBe(200);
    const row = await ctx.db.sql("select sealed_key from trades_evidence where trade_id = ?", deal.id).first();
    expect(row).toEqual({ sealed_key: null });
  });
});
