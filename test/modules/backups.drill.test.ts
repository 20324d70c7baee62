import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { DAY } from "#kernel/time";
import { assertPayoutsOpen, audit, getAccount, post } from "#modules/ledger";
import { publishHead } from "../../src/modules/audit/service.ts";
import { listStored } from "../../src/modules/backups/archive.ts";
import { empty } from "../../src/modules/backups/repository.loading.ts";
import { findBackup } from "../../src/modules/backups/repository.ts";
import { mend, restoreHere } from "../../src/modules/backups/service.restoring.ts";
import { eraseDue } from "../../src/modules/identity/service.privacy.ts";
import { anAccount } from "../support/accounts.ts";
import { anOperator } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { writeBackup } from "../support/backups.ts";
import { testCtx } from "../support/ctx.ts";
import { Books } from "../support/ledger.ts";
import { open, paymentNow, purchase, Vendor } from "../support/payments/vendor.ts";
import { PASSWORD } from "../support/people.ts";
import { count, rows } from "../support/platform.ts";

const app = testApp();
const stripe = new Vendor(app, "stripe", { GATEWAY_TIMEOUT_MS: "20000" });

/** Everything that the database holds but one person and what was told of them, as one text for each table. */
async function contents(person: string, except: readonly string[] = []): Promise<Record<string, string>> {
  const tables = await rows<{ name: string }>(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like '^_cf%' escape '^' and name not like 'backups%'",
  );
  const told = await rows<{ id: string }>("select id from platform_events where instr(data, ?)", person);
  const theirs = [person, ...told.map(({ id }) => id)];
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    if (except.includes(name)) continue;
    const all = await rows(`select * from "${name}"`);
    found[name] = all
      .map((one) => JSON.stringify(one))
      .filter((text) => !theirs.some((id) => text.includes(id)))
      .toSorted()
      .join("\n");
  }
  return found;
}

const TOUCHED = ["platform_audit_entries", "identity_sessions", "identity_users", "messaging_messages"] as const;

describe("the drill", () => {
  it("brings back all that was acknowledged before, and nothing happens twice", async () => {
    const books = new Books(stripe.ctx());
    const [from, to] = [await books.open({ balance: 90_000 }), await books.open()];
    const ada = await anAccount(app);
    const leaver = await anAccount(app, { email: "leaver@people.test" });
    // A day of traffic: transfers, tickets, purchases with their webhooks, a refused one among them.
    const tickets: string[] = [];
    const transfers: string[] = [];
    const events: unknown[] = [];
    const paid: string[] = [];
    for (let hour = 0; hour < 24; hour += 1) {
      const move = books.move(from, to, 10 + hour);
      await post(books.ctx, move);
      transfers.push(move.id);
      const ticket = await app.call("POST /api/v1/support/tickets", {
        as: ada.actor,
        json: { subject: `Hour ${hour}`, body: "?" },
      });
      tickets.push((await bodyOf<{ id: string }>(ticket)).id);
      if (hour % 6 !== 0) continue;
      const bought = await open(stripe, (user) => purchase("stripe", user));
      await stripe.happens("pay", { id: bought.vendorId });
      await stripe.deliver((told) => {
        events.push(...told);
        return told;
      });
      paid.push(bought.paymentId ?? "");
    }
    await rows(
      `insert into messaging_messages (id, channel, kind, recipient, locale, time_zone, state, created_at)
       values ('msg_waiting', 'email', 'receipt', 'somebody@people.test', 'en', 'UTC', 'queued', ?)`,
      Date.now(),
    );
    await publishHead(stripe.ctx());
    const id = await writeBackup(app);
    const before = await contents(leaver.user.id);

    // What comes after the copy, and is lost with the database.
    const lost = await open(stripe, (user) => purchase("stripe", user));
    await stripe.happens("pay", { id: lost.vendorId });
    await stripe.deliver();
    await app.call("DELETE /api/v1/me", { headers: leaver.bearer, json: { password: PASSWORD } });
    await eraseDue(testCtx(app, { now: () => Date.now() + 15 * DAY }));
    expect(await rows("select email from identity_users where id = ?", leaver.user.id)).toEqual([{ email: null }]);
    await env.FILES.delete(`audit/heads/${new Date().toISOString().slice(0, 10)}.json`);
    await publishHead(stripe.ctx());

    // Destroyed, and restored.
    await empty(env.DB);
    expect(await rows("select name from sqlite_master where name like 'ledger%'")).toEqual([]);
    const verdict = await restoreHere(stripe.ctx(), id);
    expect(verdict).toMatchObject({ ok: true, findings: [] });
    const after = await contents(leaver.user.id, TOUCHED);
    for (const [table, text] of Object.entries(after)) expect(text, table).toBe(before[table]);

    for (const transfer of transfers) expect(await count("ledger_transfers", `id = '${transfer}'`)).toBe(1);
    for (const ticket of tickets) expect(await count("support_tickets", `id = '${ticket}'`)).toBe(1);
    for (const payment of paid) expect((await paymentNow(payment)).status).toBe("captured");
    expect(await count("platform_audit_entries", "action = 'database.restored'")).toBe(1);

    // Money stays until the restore is settled; what waited is dropped; who was signed in is not; who was erased stays so.
    await expect(assertPayoutsOpen(stripe.ctx())).rejects.toMatchObject({ code: "payouts_frozen" });
    expect((await settle()).status).toBe(409);
    await mend(stripe.ctx());
    await mend(stripe.ctx());
    expect(await rows("select state, reason from messaging_messages where id = 'msg_waiting'")).toEqual([
      { state: "dropped", reason: "restored" },
    ]);
    expect(await count("identity_sessions", "ended_at is null")).toBe(0);
    expect(await rows("select status, email from identity_users where id = ?", leaver.user.id)).toEqual([
      { status: "deleted", email: null },
    ]);
    expect((await app.call("GET /api/v1/me", { headers: ada.bearer })).status).toBe(401);

    // Replayed webhooks change nothing that was there, and bring back once what was lost.
    const balances = async () =>
      await rows("select id, debits_posted, credits_posted from ledger_accounts order by id");
    const held = await balances();
    for (const event of events) await stripe.send(event);
    await stripe.settle();
    expect(await balances()).toEqual(held);
    expect(await count("payments_payments", "status = 'captured'")).toBe(paid.length);

    const answer = await settle();
    expect([answer.status, await bodyOf(answer)]).toMatchObject([200, { backupId: id }]);
    await assertPayoutsOpen(stripe.ctx());
    expect((await audit(stripe.ctx())).ok).toBe(true);
    expect((await getAccount(stripe.ctx(), to)).creditsPosted).toBe(24 * 10 + 276);
    expect(await listStored(testCtx(app))).toContain(id);
    expect(await findBackup(testCtx(app), id)).toMatchObject({ status: "stored" });
    const whole = await app.call("GET /api/v1/admin/audit/verify", { as: anOperator() });
    expect(await bodyOf(whole)).toMatchObject({ ok: true });
  });
});

async function settle(): Promise<Response> {
  const [restore] = await rows<{ id: string }>("select id from backups_restores order by id desc limit 1");
  return await stripe.call(`POST /api/v1/admin/restores/${restore?.id}/settle`, {
    as: anOperator(),
    json: { reason: "Compared with the gateway." },
  });
}
