import { describe, expect, it } from "vitest";
import type { Command, State } from "../../src/modules/payouts/rules.ts";
import { normalise, STATES, step } from "../../src/modules/payouts/rules.ts";
import { anOperator } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import type { PayoutBody } from "../support/payouts.ts";
import { anEarner, aPayee, aPayout, ask, BANK, decide, expectCleanBooks, moneyOf } from "../support/payouts.ts";
import { count, rows } from "../support/platform.ts";

const app = testApp();

describe("a payout's state", () => {
  it("is left by no command but the ones of the table", () => {
    const legal: Readonly<Record<Command, readonly State[]>> = {
      approve: ["requested"],
      cancel: ["requested"],
      reject: ["requested", "approved"],
      send: ["approved"],
      complete: ["approved", "processing"],
      fail: ["approved", "processing"],
      reverse: ["completed"],
    };
    for (const [command, from] of Object.entries(legal) as [Command, readonly State[]][])
      for (const state of STATES) {
        const { kind } = step(state, command);
        expect(kind === "move", `${command} of ${state}`).toBe(from.includes(state));
      }
    expect(step("completed", "complete")).toEqual({ kind: "done" });
    expect(step("reversed", "reverse")).toEqual({ kind: "done" });
  });
});

describe("a bank account", () => {
  it("is known by its form and its check digits", () => {
    const ok = (type: "ifsc" | "iban" | "upi", accountNumber: string, ifsc: string | null = null) =>
      normalise({ type, accountNumber, ifsc }).ok;
    expect(ok("iban", "DE89 3704 0044 0532 0130 00")).toBe(true);
    expect(ok("iban", "GB82WEST12345698765432")).toBe(true);
    expect(ok("iban", "DE88 3704 0044 0532 0130 00")).toBe(false);
    expect(ok("iban", "DE89")).toBe(false);
    expect(ok("upi", "Ada.L@okbank")).toBe(true);
    for (const address of ["ada", "ada@", "@bank", "a@b@c", "ada@ok bank"]) expect(ok("upi", address)).toBe(false);
    expect(ok("ifsc", "0001-1122 2333", "hdfc0001234")).toBe(true);
    for (const code of [null, "HDFC1001234", "HDFC000123", "HDF00001234"])
      expect(ok("ifsc", "000111222333", code)).toBe(false);
    expect(ok("ifsc", "12", "HDFC0001234")).toBe(false);
  });

  it("is kept encrypted, shown masked, and cools down before it can be used", async () => {
    const as = await anEarner(app);
    expect((await app.call("GET /api/v1/affiliate/bank-account", { as })).status).toBe(404);
    const put = await app.call("PUT /api/v1/affiliate/bank-account", { as, json: BANK });
    expect(await bodyOf(put)).toMatchObject({
      type: "ifsc",
      accountNumber: "••••2333",
      ifsc: "HDFC0001234",
      asset: "INR",
    });
    expect(JSON.stringify(await rows("select * from payouts_bank_accounts"))).not.toContain(BANK.accountNumber);
    expect(await bodyOf(await ask(app, as, "1500.00"))).toMatchObject({ status: 409, code: "bank_account_cooling" });
    const bad = await app.call("PUT /api/v1/affiliate/bank-account", { as, json: { ...BANK, ifsc: "X" } });
    expect(await bodyOf(bad)).toMatchObject({ status: 422, errors: [{ path: "ifsc" }] });
    const { raisedUntil: _, ...session } = as;
    const low = { ...session, raisedUntil: 0 };
    expect((await app.call("PUT /api/v1/affiliate/bank-account", { as: low, json: BANK })).status).toBe(403);
  });
});

describe("a payout", () => {
  it("sets the money aside at once, once, however many are asked for at the same time", async () => {
    const as = await aPayee(app);
    const answers = await Promise.all(Array.from({ length: 50 }, async () => await ask(app, as, "6000.00")));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    for (const status of statuses) expect([201, 409, 429, 503]).toContain(status);
    expect(await count("payouts_payouts", "user_id = ?", as.userId)).toBe(1);
    expect(await moneyOf(app, as.userId)).toEqual({ spendable: 400_000, held: 600_000, flying: 0 });
  });

  it("is refused below the minimum and above the balance, and moves nothing then", async () => {
    const as = await aPayee(app, 100_000);
    expect(await bodyOf(await ask(app, as, "499.99"))).toMatchObject({ status: 422, code: "below_minimum" });
    expect(await bodyOf(await ask(app, as, "1000.01"))).toMatchObject({ status: 409, code: "insufficient_funds" });
    expect((await ask(app, as, "1.001")).status).toBe(422);
    expect(await moneyOf(app, as.userId)).toEqual({ spendable: 100_000, held: 0, flying: 0 });
    expect((await ask(app, as, "1000.00")).status).toBe(201);
  });

  it("arrives after somebody else has approved it, and comes back once when the bank returns it", async () => {
    const { as, id } = await aPayout(app);
    expect((await decide(app, `${id}/complete`, { reference: "x" })).status).toBe(409);
    const himself = { ...anOperator(), userId: as.userId };
    expect(await bodyOf(await decide(app, `${id}/approve`, undefined, himself))).toMatchObject({ code: "own_payout" });
    const approvals = await Promise.all(Array.from({ length: 16 }, async () => await decide(app, `${id}/approve`)));
    for (const { status } of approvals) expect([200, 409]).toContain(status);
    expect(await count("payouts_history", "payout_id = ? and state = 'approved'", id)).toBe(1);
    const done = await bodyOf<PayoutBody>(await decide(app, `${id}/complete`, { reference: "UTR 1" }));
    expect(done).toMatchObject({ status: "completed", reference: "UTR 1" });
    expect(await moneyOf(app, as.userId)).toEqual({ spendable: 850_000, held: 0, flying: 0 });
    expect((await decide(app, `${id}/fail`, { reason: "no" })).status).toBe(409);
    for (const _ of [1, 2])
      expect((await decide(app, `${id}/reverse`, { reason: "Account closed." })).status).toBe(200);
    expect(await moneyOf(app, as.userId)).toEqual({ spendable: 1_000_000, held: 0, flying: 0 });
    const { data } = await bodyOf<{ data: PayoutBody[] }>(await app.call("GET /api/v1/affiliate/payouts", { as }));
    expect(data).toMatchObject([{ id, status: "reversed", bankAccount: "••••2333" }]);
    await expectCleanBooks(app);
  });

  it("above the limit is approved by two operators", async () => {
    const as = await aPayee(app, 50_000_000);
    const { id } = await bodyOf<PayoutBody>(await ask(app, as, "200000.00"));
    const first = anOperator();
    expect(await bodyOf(await decide(app, `${id}/approve`, undefined, first))).toMatchObject({ status: "requested" });
    expect(await bodyOf(await decide(app, `${id}/approve`, undefined, first))).toMatchObject({
      code: "approved_by_you",
    });
    expect(await bodyOf(await decide(app, `${id}/approve`))).toMatchObject({ status: "approved" });
  });

  it("that is taken back, turned down or fails gives everything back", async () => {
    const ends: readonly ((id: string, as: Awaited<ReturnType<typeof anEarner>>) => Promise<unknown>)[] = [
      async (id, as) => await app.call(`POST /api/v1/affiliate/payouts/${id}/cancel`, { as }),
      async (id) => await decide(app, `${id}/reject`, { reason: "Name differs." }),
      async (id) => {
        await decide(app, `${id}/approve`);
        await decide(app, `${id}/fail`, { reason: "Account closed." });
      },
    ];
    for (const end of ends) {
      const { as, id } = await aPayout(app);
      await end(id, as);
      expect(await moneyOf(app, as.userId)).toEqual({ spendable: 1_000_000, held: 0, flying: 0 });
      expect((await ask(app, as, "600.00")).status).toBe(201);
    }
    const { id } = await aPayout(app);
    const stranger = await app.call(`POST /api/v1/affiliate/payouts/${id}/cancel`, { as: await anEarner(app) });
    expect(stranger.status).toBe(404);
    await expectCleanBooks(app);
  });
});

describe("a batch", () => {
  it("sends what was approved once, in a file with whole numbers whose reading is audited", async () => {
    const first = await aPayout(app, "700.00");
    const second = await aPayout(app, "800.00");
    for (const { id } of [first, second]) await decide(app, `${id}/approve`);
    const as = anOperator();
    const preview = await bodyOf<{ id: null; payouts: string[] }>(
      await app.call("GET /api/v1/admin/payout-batches/preview", { as }),
    );
    expect(preview.payouts).toEqual(expect.arrayContaining([first.id, second.id]));
    const make = async () =>
      await app.call("POST /api/v1/admin/payout-batches", { as, headers: { "Idempotency-Key": crypto.randomUUID() } });
    const made = await Promise.all([make(), make(), make()]);
    const batches = made.filter(({ status }) => status === 201);
    expect(batches).toHaveLength(1);
    const batch = await bodyOf<{ id: string }>(batches[0] as Response);
    const file = await (await app.call(`GET /api/v1/admin/payout-batches/${batch.id}/file`, { as })).text();
    expect(file).toContain(`${first.id},Ada Lovelace,ifsc,000111222333,HDFC0001234,700.00,INR\r\n`);
    expect(await count("platform_audit_entries", "action = 'payoutBatch.read' and target = ?", batch.id)).toBe(1);
    expect(await moneyOf(app, first.as.userId)).toEqual({ spendable: 930_000, held: 0, flying: 70_000 });
    await decide(app, `${first.id}/complete`, { reference: "UTR 7" });
    await decide(app, `${second.id}/fail`, { reason: "Beneficiary bank offline." });
    expect(await moneyOf(app, first.as.userId)).toEqual({ spendable: 930_000, held: 0, flying: 0 });
    expect(await moneyOf(app, second.as.userId)).toEqual({ spendable: 1_000_000, held: 0, flying: 0 });
    await expectCleanBooks(app);
  });
});
