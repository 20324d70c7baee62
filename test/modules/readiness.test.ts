import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { ReadinessItem } from "#platform/module";
import { listReadiness, watchReadiness } from "../../src/modules/readiness/service.ts";
import { anAccount } from "../support/accounts.ts";
import { anOperator } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import type { Settings } from "../support/breakages.ts";
import { backup, BREAKAGES, READY } from "../support/breakages.ts";
import { testCtx } from "../support/ctx.ts";
import { sized } from "../support/database.ts";
import { rows } from "../support/platform.ts";

const app = testApp();
const now = Date.now();

async function look(settings: Settings = {}, bindings: Partial<Env> = {}): Promise<Map<string, ReadinessItem>> {
  const [newest] = await rows<{ name: string }>("select name from d1_migrations order by id desc limit 1");
  const ctx = testCtx(app, { env: { ...READY, MIGRATION: newest?.name ?? "", ...settings, ...bindings } });
  return new Map((await listReadiness(ctx)).map((item) => [item.id, item]));
}

const TOUCHED = ["platform_deliveries", "admin_maintenance", "identity_users", "ledger_passes", "payments_differences"];
const MORE = [
  "billing_subscriptions",
  "invoicing_series",
  "wallet_incidents",
  "backups_backups",
  "backups_restores",
  "payouts_differences",
  "trades_disputes",
  "trades_trades",
  "trades_pauses",
  "wallet_withdrawals",
  "assistant_meters",
];

beforeEach(async () => {
  for (const table of [...TOUCHED, ...MORE]) await rows(`delete from ${table}`);
  await rows(
    "insert into platform_cron_slots (name, slot, claimed_at, attempts, finished_at) values ('platform.sweep', ?1, ?1, 1, ?1) on conflict do update set finished_at = ?1",
    now,
  );
  // A row in the audit, and no memory of a maintenance before.
  await app.call("PUT /api/v1/admin/maintenance", { as: anOperator(), json: { enabled: false, message: "-" } });
});

describe("readiness", () => {
  it.each(Object.entries(BREAKAGES))("sees what is wrong with %s", async (id, breakage) => {
    const { settings, sql, bytes, sees, evidence } = breakage;
    const kept = await rows<{ name: string; sql: string }>(
      "select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'platform_audit_entries'",
    );
    for (const statement of sql ?? [])
      await env.DB.prepare(statement.replace("platform_audit_entry_kept", kept[0]?.name ?? ""))
        .run()
        .catch(async () => {
          for (const { name } of kept) await env.DB.prepare(`drop trigger if exists ${name}`).run();
          await env.DB.prepare(statement).run();
        });
    const item = (await look(settings, bytes === undefined ? {} : sized(bytes))).get(id);
    if (id === "audit.whole") await rows("delete from platform_audit_entries");
    expect(item).toMatchObject({ status: sees });
    expect(item?.evidence).toMatch(evidence);
    expect(item?.fix.length).toBeGreaterThan(10);
  });

  it("has a breakage for every item that there is", async () => {
    const seen = new Set<string>();
    for (const settings of [{}, ...Object.values(BREAKAGES).map((breakage) => breakage.settings ?? {})])
      for (const id of (await look(settings)).keys()) seen.add(id);
    expect([...seen].toSorted()).toEqual(Object.keys(BREAKAGES).toSorted());
  });

  it("passes what is in order", async () => {
    await rows(backup(now, { verification: "passed", verified_at: now, verified_ms: 7 }));
    const account = await anAccount(app, { role: "admin", mfa: true });
    const items = await look();
    for (const id of [
      "mail.spf",
      "mail.dkim",
      "mail.dmarc",
      "backups.proven",
      "backups.fresh",
      "identity.admin",
      "data.migrations",
      "operations.cron",
    ])
      expect(items.get(id)).toMatchObject({ id, status: "pass" });
    expect(account.user.role).toBe("admin");
  });

  it("tells an answer that is wrong from none at all", async () => {
    const items = await look({ MAIL_FROM: "x@dumb.bank" });
    expect(items.get("mail.spf")).toMatchObject({
      status: "warn",
      evidence: "The resolver does not answer for dumb.bank.",
    });
  });

  it("counts a module that cannot be looked at as not ready", async () => {
    const broken = testApp({ name: "test-broken", readiness: async () => await Promise.reject(new Error("no")) });
    const items = await listReadiness(testCtx(broken));
    expect(items).toContainEqual(expect.objectContaining({ id: "test-broken.unanswered", status: "fail" }));
  });

  it("is shown to operators, in groups, and remembers since when it is so", async () => {
    const answer = await app.call("GET /api/v1/admin/readiness", { as: anOperator("support") });
    const { data } = await bodyOf<{ data: ReadinessItem[] }>(answer);
    expect(data[0]?.group).toBe("configuration");
    expect(new Set(data.map(({ id }) => id)).size).toBe(data.length);
    await watchReadiness(testCtx(app, { now: () => 1_000 }));
    await watchReadiness(testCtx(app, { now: () => 2_000 }));
    expect(await rows("select since from readiness_states where id = 'configuration.origin'")).toEqual([
      { since: 1_000 },
    ]);
  });
});
