import { describe, expect, it } from "vitest";
import * as ledger from "#modules/ledger";
import type { Actor } from "#platform/ctx";
import { dispatchAll } from "../../../src/modules/wallet/service.dispatch.ts";
import { followAll } from "../../../src/modules/wallet/service.follow.ts";
import { anOperator, aUser } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { run } from "../../support/ledger.ts";
import { rows } from "../../support/platform.ts";
import { aHolder, aLargeWithdrawal, anAddress, askWithdrawal, aWithdrawal, setTier } from "../../support/wallets.ts";

const app = testApp();
const ctx = testCtx(app);

type User = Extract<Actor, { kind: "user" }>;

interface Answer {
  readonly id: string;
  readonly status: string;
  readonly code: string;
  readonly holds: readonly string[];
  readonly txid: string | null;
}

const get = async (as: User, id: string): Promise<Answer> =>
  await bodyOf<Answer>(await app.call(`GET /api/v1/withdrawals/${id}`, { as }));
const walletOf = async (as: User, asset = "USDT") =>
  await bodyOf<{ available: string; held: string }>(await app.call(`GET /api/v1/wallets/${asset}`, { as }));
const decide = async (as: Actor, id: string, verb: string, json?: object): Promise<Response> =>
  await app.call(`POST /api/v1/admin/withdrawals/${id}/${verb}`, { as, ...(json ? { json } : {}) });

/** Lets the clock's jobs do what events would have done. */
async function moveOn(): Promise<void> {
  await dispatchAll(ctx);
  await followAll(ctx);
}

describe("a withdrawal", () => {
  it("holds its amount at once, and is gone when its network has confirmed it", async () => {
    const as = await aHolder(app, "USDT", 30_000_000);
    const response = await askWithdrawal(app, as, { amount: "10" });
    expect(response.status).toBe(201);
    const { id } = await bodyOf<Answer>(response);
    expect(await walletOf(as)).toMatchObject({ available: "20.000000", held: "10.000000" });
    await moveOn();
    await moveOn();
    expect(await get(as, id)).toMatchObject({ status: "confirmed", txid: `sandbox-${id}`, holds: [] });
    expect(await walletOf(as)).toMatchObject({ available: "20.000000", held: "0.000000" });
  });

  it("needs two factors and a raised session", async () => {
    const as = await aHolder(app);
    expect((await askWithdrawal(app, { ...as, mfa: false })).status).toBe(403);
    expect((await askWithdrawal(app, { ...as, raisedUntil: 0 })).status).toBe(403);
    const { id } = await anAddress(app, as.userId);
    const json = { asset: "USDT", network: "sandbox", amount: "10", addressId: id };
    const keyless = await app.call("POST /api/v1/withdrawals", { as, json });
    expect((await bodyOf<Answer>(keyless)).code).toBe("idempotency_key_required");
  });

  it("goes to nobody else's address, to none that is new, and to none of another network", async () => {
    const as = await aHolder(app);
    const foreign = await anAddress(app, aUser().userId);
    expect((await askWithdrawal(app, as, { addressId: foreign.id })).status).toBe(404);
    const fresh = await anAddress(app, as.userId, { usableFrom: Date.now() + 60_000 });
    expect(await bodyOf(await askWithdrawal(app, as, { addressId: fresh.id }))).toMatchObject({
      code: "address_cooling",
    });
    const address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    const other = await anAddress(app, as.userId, { network: "ethereum", address });
    expect(await bodyOf(await askWithdrawal(app, as, { addressId: other.id }))).toMatchObject({
      code: "network_mismatch",
    });
    const deleted = await anAddress(app, as.userId, { deletedAt: 5 });
    expect((await askWithdrawal(app, as, { addressId: deleted.id })).status).toBe(404);
  });

  it("takes no more than there is, fee included, and nothing that is no amount", async () => {
    const as = await aHolder(app, "USDT", 10_000_000);
    expect(await bodyOf(await askWithdrawal(app, as, { amount: "10.000001" }))).toMatchObject({
      code: "insufficient_funds",
    });
    for (const amount of ["0", "-1", "1e3", "1.0000001", "NaN", "", "٣"])
      expect((await askWithdrawal(app, as, { amount })).status).toBe(422);
    expect(await walletOf(as)).toMatchObject({ available: "10.000000", held: "0.000000" });
  });

  it("never passes a limit of its tier, however many come at once", async () => {
    const as = await aHolder(app, "USDT", 5_000_000_000);
    const { id: addressId } = await anAddress(app, as.userId);
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => await askWithdrawal(app, as, { amount: "300", addressId })),
    );
    expect(answers.filter(({ status }) => status === 201).length).toBe(3);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused && (await bodyOf<Answer>(refused)).code).toBe("limit_reached");
    expect(await walletOf(as)).toMatchObject({ held: "900.000000" });
    await setTier(app, as.userId, 1);
    expect((await askWithdrawal(app, as, { amount: "300", addressId })).status).toBe(201);
  });

  it("in a hurry waits for an operator", async () => {
    const as = await aHolder(app);
    const { id: addressId } = await anAddress(app, as.userId);
    const made: Answer[] = [];
    for (let time = 0; time < 6; time += 1)
      made.push(await bodyOf<Answer>(await askWithdrawal(app, as, { amount: "1", addressId })));
    expect(made.map(({ holds }) => holds)).toEqual([[], [], [], [], [], ["operator"]]);
  });

  it("is cancelled once until it is on its way, and gives back what it held", async () => {
    const { as, id } = await aLargeWithdrawal(app);
    const cancels = await Promise.all(
      Array.from({ length: 16 }, async () => await app.call(`POST /api/v1/withdrawals/${id}/cancel`, { as })),
    );
    expect(cancels.some(({ status }) => status === 200)).toBe(true);
    expect(await get(as, id)).toMatchObject({ status: "cancelled" });
    expect(await walletOf(as)).toMatchObject({ available: "200000.000000", held: "0.000000" });
    const sent = await aWithdrawal(app, { asset: "USDT", network: "sandbox", status: "broadcast", waitsFor: null });
    const owner = aUser({ userId: sent.userId });
    expect((await app.call(`POST /api/v1/withdrawals/${sent.id}/cancel`, { as: owner })).status).toBe(409);
  });

  it("ends one way when its owner cancels it while it is sent", async () => {
    for (let round = 0; round < 8; round += 1) {
      const as = await aHolder(app, "USDT", 20_000_000);
      const { id } = await bodyOf<Answer>(await askWithdrawal(app, as));
      await Promise.all([app.call(`POST /api/v1/withdrawals/${id}/cancel`, { as }), dispatchAll(ctx)]);
      await moveOn();
      await moveOn();
      const { status } = await get(as, id);
      const { available, held } = await walletOf(as);
      expect(held).toBe("0.000000");
      expect([status, available]).toEqual(
        status === "cancelled" ? ["cancelled", "20.000000"] : ["confirmed", "10.000000"],
      );
    }
  });

  it("stands still while the books do not add up", async () => {
    const as = await aHolder(app);
    const { id } = await bodyOf<Answer>(await askWithdrawal(app, as));
    const pass = "insert into ledger_passes (id, started_at, finished_at, entry_seq, entries, failures) values";
    await run(`${pass} (900001, 1, 2, 0, 0, 1)`);
    await moveOn();
    expect(await get(as, id)).toMatchObject({ status: "approved", holds: ["ledger_audit"] });
    expect(await bodyOf(await askWithdrawal(app, as))).toMatchObject({ code: "payouts_frozen" });
    await run(`${pass} (900002, 3, 4, 0, 0, 0)`);
    await moveOn();
    await moveOn();
    expect(await get(as, id)).toMatchObject({ status: "confirmed" });
  });
});

describe("a large withdrawal", () => {
  it("waits for two operators, none of them twice and none of them its owner", async () => {
    const { as, id } = await aLargeWithdrawal(app);
    await moveOn();
    expect(await get(as, id)).toMatchObject({ status: "requested", holds: ["operator"] });
    expect((await decide({ ...as, role: "admin" }, id, "approve")).status).toBe(409);
    const [first, second] = [anOperator(), anOperator()];
    expect(await bodyOf(await decide(first, id, "approve"))).toMatchObject({ holds: ["second_operator"] });
    expect(await bodyOf(await decide(first, id, "approve"))).toMatchObject({ code: "already_agreed" });
    expect((await decide(second, id, "approve")).status).toBe(200);
    expect(["approved", "broadcast", "confirmed"]).toContain((await get(as, id)).status);
    await moveOn();
    await moveOn();
    expect(await get(as, id)).toMatchObject({ status: "confirmed" });
    expect((await decide(second, id, "reject", { reason: "Too late." })).status).toBe(409);
  });

  it("counts twenty agreements at once of one operator as one", async () => {
    const { as, id } = await aLargeWithdrawal(app);
    const operator = anOperator();
    const answers = await Promise.all(Array.from({ length: 20 }, async () => await decide(operator, id, "approve")));
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(await get(as, id)).toMatchObject({ status: "requested" });
    expect(await rows("select * from wallet_approvals where withdrawal_id = ?", id)).toHaveLength(1);
  });

  it("that is turned down gives back what it held, and says why", async () => {
    const { as, id } = await aLargeWithdrawal(app);
    await decide(anOperator(), id, "reject", { reason: "The owner does not know of it." });
    expect(await get(as, id)).toMatchObject({ status: "rejected", reason: "The owner does not know of it." });
    expect(await walletOf(as)).toMatchObject({ available: "200000.000000", held: "0.000000" });
  });
});

describe("a withdrawal of Bitcoin", () => {
  it("is given out once, and cannot be stopped from then on", async () => {
    const made = await aWithdrawal(app);
    const ask = async () =>
      await app.call("POST /api/v1/admin/withdrawals/export", { as: anOperator(), json: { network: "bitcoin" } });
    const answers = await Promise.all(Array.from({ length: 8 }, ask));
    const given = await Promise.all(
      answers
        .filter(({ status }) => status === 200)
        .map(async (answer) => (await bodyOf<{ data: Answer[] }>(answer)).data),
    );
    expect(given.flat().filter(({ id }) => id === made.id)).toHaveLength(1);
    const owner = aUser({ userId: made.userId });
    expect((await app.call(`POST /api/v1/withdrawals/${made.id}/cancel`, { as: owner })).status).toBe(409);
    const txid = "ab".repeat(32);
    expect((await decide(anOperator(), made.id, "sent", { txid })).status).toBe(200);
    const twin = await aWithdrawal(app, { status: "broadcast", waitsFor: "txid" });
    expect(await bodyOf(await decide(anOperator(), twin.id, "sent", { txid }))).toMatchObject({ code: "txid_taken" });
  });
});

describe("a withdrawal of which nobody knows what became of it", () => {
  it("is ended by an operator alone, once, by what the chain shows", async () => {
    const made = await aWithdrawal(app, { status: "broadcast", waitsFor: "unknown_outcome" });
    const resolution = { outcome: "unpaid", reason: "The nonce was used by a cancellation." };
    const answers = await Promise.all(
      Array.from({ length: 16 }, async () => await decide(anOperator(), made.id, "resolve", resolution)),
    );
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    const owner = aUser({ userId: made.userId });
    expect(await get(owner, made.id)).toMatchObject({ status: "failed" });
    expect(await walletOf(owner, "BTC")).toMatchObject({ available: "0.01000000", held: "0.00000000" });
    expect((await ledger.audit(ctx)).failures).toEqual([]);
  });
});
