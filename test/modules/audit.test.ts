import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { writeCsv } from "#platform/csv";
import { publishHead, verifyAudit } from "../../src/modules/audit/service.ts";
import { anOperator } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { testCtx } from "../support/ctx.ts";
import { row } from "../support/people.ts";

const app = testApp();

interface Verdict {
  readonly ok: boolean;
  readonly checked: number;
  readonly firstBad: number | null;
}

async function act(count = 1): Promise<void> {
  const json = { description: "A flag.", percentage: 1, plans: [], users: [] };
  await Promise.all(
    Array.from({ length: count }, async () => {
      await app.call(`PUT /api/v1/admin/flags/f-${crypto.randomUUID().slice(0, 8)}`, { as: anOperator(), json });
    }),
  );
}

async function verify(): Promise<Verdict> {
  return await bodyOf<Verdict>(await app.call("GET /api/v1/admin/audit/verify", { as: anOperator() }));
}

/** What somebody does who owns the database: takes the guards off, and changes a row. */
async function tamper(sql: string): Promise<void> {
  const { results } = await env.DB.prepare(
    "select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'platform_audit_entries'",
  ).all<{ name: string; sql: string }>();
  await env.DB.batch([
    ...results.map(({ name }) => env.DB.prepare(`drop trigger ${name}`)),
    env.DB.prepare(sql),
    ...results.map((trigger) => env.DB.prepare(trigger.sql)),
  ]);
}

beforeEach(async () => {
  await tamper("delete from platform_audit_entries");
  await row("delete from sqlite_sequence where name = 'platform_audit_entries'");
  const { objects } = await env.FILES.list({ prefix: "audit/heads/" });
  await env.FILES.delete(objects.map(({ key }) => key));
});

describe("the audit", () => {
  it("is one chain, sealed right after the act, however many act at once", async () => {
    await act(50);
    const open = await row<{ open: number }>("select count(*) as open from platform_audit_entries where seal is null");
    expect(open?.open).toBeLessThan(50);
    expect(await verify()).toEqual({ ok: true, checked: 50, firstBad: null });
  });

  it("is found whole while people go on acting", async () => {
    const verdicts: boolean[] = [];
    for (let time = 0; time < 10; time += 1) {
      const looks = Array.from({ length: 4 }, async () => (await verifyAudit(testCtx(app))).ok);
      const [found] = await Promise.all([Promise.all(looks), act(10)]);
      verdicts.push(...found);
    }
    expect(verdicts.filter((ok) => !ok)).toEqual([]);
    expect(await verify()).toMatchObject({ ok: true, checked: 100 });
  });

  it.each([
    ["an edit", "update platform_audit_entries set actor = 'somebody else' where seq = 5", 5],
    ["an edit of a null", "update platform_audit_entries set reason = 'because' where seq = 3", 3],
    ["a deletion", "delete from platform_audit_entries where seq = 4", 4],
    ["a truncation", "delete from platform_audit_entries where seq > 6", 7],
    [
      "an insertion",
      `insert into platform_audit_entries (at, actor, role, action, target, request_id, content_hash, seal)
         select at, actor, role, action, target, request_id, content_hash, hex(randomblob(32))
         from platform_audit_entries where seq = 2`,
      9,
    ],
    ["a new seal", "update platform_audit_entries set seal = hex(randomblob(32)) where seq = 2", 2],
    [
      "an exchange",
      "update platform_audit_entries set content_hash = (select content_hash from platform_audit_entries where seq = 6) where seq = 7",
      7,
    ],
  ])("shows %s", async (_, sql, firstBad) => {
    await act(8);
    expect((await verify()).ok).toBe(true);
    await tamper(sql);
    expect(await verify()).toMatchObject({ ok: false, firstBad });
  });

  it("shows a chain that was written anew from end to end", async () => {
    await act(4);
    await publishHead(testCtx(app));
    expect((await verify()).ok).toBe(true);
    await tamper("update platform_audit_entries set seal = null, content_hash = content_hash");
    await tamper("delete from platform_audit_entries where seq = 4");
    await row("update sqlite_sequence set seq = 3 where name = 'platform_audit_entries'");
    await act();
    expect(await verify()).toMatchObject({ ok: false, firstBad: 4 });
  });

  it("cannot be changed by the product itself", async () => {
    await act();
    await verify();
    await expect(row("update platform_audit_entries set actor = 'x'")).rejects.toThrow("platform_audit_append_only");
    await expect(row("delete from platform_audit_entries")).rejects.toThrow("platform_audit_append_only");
  });

  it("is read by administrators, filtered and page by page", async () => {
    await act(3);
    const as = anOperator();
    await app.call("PUT /api/v1/admin/maintenance", { as, json: { enabled: false, message: "Open." } });
    const only = await app.call("GET /api/v1/admin/audit?action=maintenance.updated", { as });
    const { data } = await bodyOf<{ data: { actor: string; after: unknown; hash: string }[] }>(only);
    expect(data).toMatchObject([{ actor: as.userId, after: { message: "Open." } }]);
    const first = await bodyOf<{ data: { seq: number }[]; nextCursor: string }>(
      await app.call("GET /api/v1/admin/audit?limit=2", { as }),
    );
    expect(first.data.map(({ seq }) => seq)).toEqual([4, 3]);
    const second = await app.call(`GET /api/v1/admin/audit?limit=2&cursor=${first.nextCursor}`, { as });
    expect((await bodyOf<{ data: { seq: number }[] }>(second)).data.map(({ seq }) => seq)).toEqual([2, 1]);
    expect((await app.call("GET /api/v1/admin/audit", { as: anOperator("support") })).status).toBe(403);
  });

  it("is exported as CSV that no spreadsheet runs, and says so itself", async () => {
    await act(2);
    const headers = { Accept: "text/csv" };
    const exported = await app.call("GET /api/v1/admin/audit", { as: anOperator(), headers });
    expect(exported.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    const lines = (await exported.text()).trim().split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^seq,at,actor/);
    const noted = await row<{ n: number }>(
      "select count(*) as n from platform_audit_entries where action = 'audit.exported'",
    );
    expect(noted?.n).toBe(1);
  });
});

describe("a table for spreadsheets", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["+41", "'+41"],
    ["-2", "'-2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", `"'\tx"`],
    ["＝1", "'＝1"],
    ['say "hi", you', '"say ""hi"", you"'],
    ["two\nlines", '"two\nlines"'],
    [-2, "-2"],
    [null, ""],
  ])("holds %j as %j", (value, cell) => {
    expect(writeCsv(["a"], [[value]])).toBe(`a\r\n${cell}\r\n`);
  });
});
