import { afterEach, describe, expect, it } from "vitest";
import type { Id } from "#kernel/ids";
import { anOperator } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { aPayout, BANK, decide, expectCleanBooks, moneyOf, readBatchLines } from "../support/payouts.ts";
import { count } from "../support/platform.ts";
import { endSendings, Razorpayx } from "../support/rails.ts";

const app = testApp();

afterEach(endSendings);

interface Report {
  completed: number;
  failed: number;
  reversed: number;
  unchanged: number;
  errors: { line: number; code: string }[];
}

interface Person {
  id: string;
  userId: Id<"user">;
}

/** A batch of payouts that leave in a file, by their amounts. */
async function aFile(...amounts: readonly string[]): Promise<{ batchId: string; people: Person[] }> {
  const people: Person[] = [];
  for (const amount of amounts) {
    const { as, id } = await aPayout(app, amount);
    await decide(app, `${id}/approve`);
    people.push({ id, userId: as.userId });
  }
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const answer = await app.call("POST /api/v1/admin/payout-batches", { as: anOperator(), headers });
  return { batchId: (await bodyOf<{ id: string }>(answer)).id, people };
}

async function report(batchId: string, body: string, as = anOperator()): Promise<Report> {
  const headers = { "Content-Type": "text/csv" };
  return await bodyOf(await app.call(`POST /api/v1/admin/payout-batches/${batchId}/results`, { as, body, headers }));
}

describe("a bank's file of results", () => {
  it("moves each payout it names, says what is wrong by its line, and changes nothing the second time", async () => {
    const { batchId, people } = await aFile("700.00", "800.00", "900.00", "600.00");
    const [first, second, third, fourth] = people;
    const stranger = await aPayout(app);
    const file = [
      "payoutId,amount,status,reference,reason",
      `${first?.id},700.00,processed,UTR1,`,
      `${second?.id},800.00,failed,,"account closed, ""dormant"""`,
      `${third?.id},9000.00,processed,UTR3,`,
      `${fourth?.id},600.00,perhaps,,`,
      `${stranger.id},1500.00,processed,UTR4,`,
      "payout_nonsense,1.00,processed,UTR5,",
      "",
    ].join("\r\n");
    expect(await report(batchId, file)).toEqual({
      completed: 1,
      failed: 1,
      reversed: 0,
      unchanged: 0,
      errors: [
        expect.objectContaining({ line: 4, code: "amount_differs" }),
        expect.objectContaining({ line: 5, code: "status_unknown" }),
        expect.objectContaining({ line: 6, code: "not_in_batch" }),
        expect.objectContaining({ line: 7, code: "not_in_batch" }),
      ],
    });
    expect(await moneyOf(app, first?.userId ?? "")).toEqual({ spendable: 930_000, held: 0, flying: 0 });
    expect(await moneyOf(app, second?.userId ?? "")).toEqual({ spendable: 1_000_000, held: 0, flying: 0 });
    const history = await count("payouts_history");
    expect(await report(batchId, file)).toMatchObject({ completed: 0, failed: 0, unchanged: 2 });
    expect(await count("payouts_history")).toBe(history);
    expect(await report(batchId, file.replace("UTR1", "UTR2"))).toMatchObject({
      unchanged: 1,
      errors: expect.arrayContaining([expect.objectContaining({ line: 2, code: "reference_differs" })]) as unknown,
    });
    await expectCleanBooks(app);
  });

  it("knows RazorpayX's columns, brings back what was returned once, and ends what is refused", async () => {
    const { batchId, people } = await aFile("700.00", "800.00", "900.00");
    const [first, second, third] = people as [Person, Person, Person];
    const line = ({ id }: Person, ...cells: readonly string[]) => [id, ...cells].join(",");
    const head = "Payout Reference Id,Payout Amount,Payout Status,UTR";
    expect(
      await report(
        batchId,
        [head, line(first, "700.00", "Processed", "U1"), line(second, "800.00", "Reversed", "")].join("\n"),
      ),
    ).toMatchObject({ completed: 1, failed: 1 });
    const back = [
      head,
      line(first, "700.00", "reversed", "U1"),
      line(second, "800.00", "reversed", ""),
      line(second, "800.00", "processed", "U2"),
    ].join("\n");
    expect(await report(batchId, back)).toMatchObject({
      reversed: 1,
      unchanged: 1,
      errors: [{ line: 4, code: "illegal_transition" }],
    });
    expect(await report(batchId, back)).toMatchObject({ reversed: 0, unchanged: 2 });
    for (const one of [first, second])
      expect(await moneyOf(app, one.userId)).toEqual({ spendable: 1_000_000, held: 0, flying: 0 });
    const own = { ...anOperator(), userId: third.userId };
    expect(await report(batchId, [head, line(third, "900.00", "processed", "U3")].join("\n"), own)).toMatchObject({
      errors: [{ line: 2, code: "own_payout" }],
    });
    expect(await report(batchId, "nonsense")).toMatchObject({ errors: [{ line: 1, code: "columns_missing" }] });
    const json = await app.call(`POST /api/v1/admin/payout-batches/${batchId}/results`, { as: anOperator(), json: {} });
    expect(json.status).toBe(415);
    await expectCleanBooks(app);
  });
});

describe("a batch's file", () => {
  it("comes in RazorpayX's template too, with a digest of its bytes, and runs no formula", async () => {
    const vendor = new Razorpayx(app, { PAYOUT_RAILS: "" });
    const ifsc = await aPayout(app, "700.00", { ...BANK, holderName: "=cmd|' /C calc'!A0" });
    const upi = await aPayout(app, "800.00", { type: "upi", holderName: "Ada", accountNumber: "ada@okbank" });
    const iban = await aPayout(app, "900.00", {
      type: "iban",
      holderName: "Ada",
      accountNumber: "DE89370400440532013000",
    });
    expect(iban.id).toBeUndefined();
    for (const { id } of [ifsc, upi]) await decide(app, `${id}/approve`);
    const { id } = await bodyOf<{ id: string }>(await vendor.batch());
    const line = `GET /api/v1/admin/payout-batches/${id}/file?format=razorpayx`;
    const answer = await vendor.call(line, { as: anOperator() });
    const text = await answer.text();
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    expect(answer.headers.get("Repr-Digest")).toBe(`sha-256=:${bytes.toBase64()}:`);
    expect(readBatchLines(text)).toEqual(
      expect.arrayContaining([
        `7878780080316316,700.00,INR,NEFT,payout,,bank_account,'=cmd|' /C calc'!A0,HDFC0001234,000111222333,,customer,'=cmd|' /C calc'!A0,,,${ifsc.as.userId},Bourse payout,${ifsc.id}`,
        `7878780080316316,800.00,INR,UPI,payout,,vpa,Ada,,,ada@okbank,customer,Ada,,,${upi.as.userId},Bourse payout,${upi.id}`,
      ]),
    );
    expect((await app.call(line.replace("razorpayx", "other"), { as: anOperator() })).status).toBe(422);
    const nowhere = line.replace(id, id.slice(0, -4) + "0000");
    expect((await app.call(nowhere, { as: anOperator() })).status).toBe(404);
  });

  it("leaves out what goes by a rail", async () => {
    const vendor = new Razorpayx(app);
    const { id } = await aPayout(app, "700.00");
    await decide(app, `${id}/approve`);
    const batch = await bodyOf<{ id: string; roads: { road: string; count: number }[] }>(await vendor.batch());
    expect(batch.roads).toContainEqual({ road: "razorpayx", count: expect.any(Number) as number });
    const file = await vendor.call(`GET /api/v1/admin/payout-batches/${batch.id}/file`, { as: anOperator() });
    expect(await file.text()).toBe("payoutId,holderName,type,accountNumber,ifsc,amount,asset\r\n");
    const headers = { "Content-Type": "text/csv" };
    const body = `payoutId,amount,status\n${id},700.00,processed\n`;
    const results = await vendor.call(`POST /api/v1/admin/payout-batches/${batch.id}/results`, {
      as: anOperator(),
      body,
      headers,
    });
    expect(await bodyOf(results)).toMatchObject({ errors: [{ code: "not_in_batch" }] });
  });
});
