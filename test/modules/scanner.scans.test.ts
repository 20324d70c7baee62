import { createMessageBatch } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, it } from "vitest";
import { consume } from "#platform/queue";
import { anOperator, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { importBars, seedMarket } from "../support/market.ts";
import { inJob, rows } from "../support/platform.ts";
import { aReceiver, aWebhook } from "../support/receiver.ts";

interface Scan {
  id: string;
  version: number;
  normalForm: string;
}

interface Run {
  id: string;
  status: string;
  matched: number;
  matches: string[];
  entered: string[];
  left: string[];
}

const app = testApp();

/** Hands every pending delivery to the consumer twice in one batch, and that batch twice, until nothing is left. */
async function deliverEverythingTwice(): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    const pending = await rows<{ eventId: string; handler: string }>(
      "select event_id as eventId, handler from platform_deliveries where state = 'pending'",
    );
    if (pending.length === 0) return;
    const twice = [...pending, ...pending].map((ref, index) => ({
      id: `${round}-${index}`,
      timestamp: new Date(),
      attempts: 1,
      body: { v: 1, ...ref },
    }));
    for (let time = 0; time < 2; time += 1)
      await inJob(app, {}, async (ctx) => consume(createMessageBatch("bourse-events", twice), ctx));
  }
}

beforeAll(async () => {
  await seedMarket(app);
});

describe("a saved scan", () => {
  const HEADER = "symbol,date,open,high,low,close,volume,exchange";

  it("runs when bars arrive, remembers what entered and left, and tells its owner once, however often messages come", async () => {
    const owner = aUser();
    const symbols = ["ARRA", "ARRB"];
    await importBars(
      app,
      `${HEADER}\nARRA,2026-11-19,10,11,9,10,1000,XNAS\nARRB,2026-11-19,10,11,9,20,1000,XNAS`.replace(
        "9,20,",
        "9,10.5,",
      ),
    );
    const json = {
      name: "Above twelve",
      expression: "close > 12",
      universe: { symbols },
      schedule: "daily",
      alert: { channels: ["inApp", "webhook"], on: "new" },
    };
    const receiver = aReceiver();
    const { secret } = await aWebhook(app, owner, receiver.url);
    const scan = await bodyOf<Scan>(await app.call("POST /api/v1/scanner/scans", { as: owner, json }));
    await env.DB.prepare(
      "insert into messaging_contacts (user_id, email, locale, time_zone, updated_at) values (?, 'a@bourse.test', 'en', 'UTC', 0)",
    )
      .bind(owner.userId)
      .run();
    const first = await bodyOf<Run>(await app.call(`POST /api/v1/scanner/scans/${scan.id}/run`, { as: owner }));
    await app.call("POST /dev/jobs/drain");
    expect(await runOf(first.id)).toMatchObject({ status: "done", matched: 0, matches: [] });

    await importBars(
      app,
      `${HEADER}\nARRA,2026-11-24,10,14,9,13,1000,XNAS\nARRB,2026-11-24,10,11,9,10,1000,XNAS\nGENX,2026-11-24,1,1,1,1,0,XNYS`,
    );
    await deliverEverythingTwice();
    const { data: runs } = await bodyOf<{ data: Run[] }>(
      await app.call(`GET /api/v1/scanner/scans/${scan.id}/runs`, { as: owner }),
    );
    const latest = await runOf(runs[0]?.id ?? "");
    expect(latest).toMatchObject({ status: "done", matches: ["ARRA"], entered: ["ARRA"], left: [] });
    const told = await env.DB.prepare("select count(*) as n from messaging_notifications where user_id = ?")
      .bind(owner.userId)
      .first<{ n: number }>();
    expect(told?.n).toBe(1);
    const [call, ...repeats] = await receiver.calls();
    expect(repeats).toEqual([]);
    expect(new Webhook(secret).verify(call?.body ?? "", { ...call?.headers })).toMatchObject({
      type: "scan.alert",
      data: { scanId: scan.id, runId: runs[0]?.id, asOf: "2026-11-24", matched: 1, entered: ["ARRA"], left: [] },
    });

    const matched = await app.call("GET /api/v1/market/symbols/ARRA/matches?days=366", { as: owner });
    expect(await bodyOf(matched)).toMatchObject({
      data: [{ scanId: scan.id, name: "Above twelve", state: "entered" }],
    });

    async function runOf(id: string): Promise<Run> {
      return await bodyOf<Run>(await app.call(`GET /api/v1/scanner/runs/${id}`, { as: owner }));
    }
  });

  it("keeps its versions, and is bounded by the plan in number and in pace", async () => {
    const as = aUser();
    const save = async (extra: Record<string, unknown> = {}): Promise<Response> =>
      await app.call("POST /api/v1/scanner/scans", { as, json: { name: "x", expression: "close > 1", ...extra } });
    const scan = await bodyOf<Scan>(await save());
    const changed = await bodyOf<Scan>(
      await app.call(`PATCH /api/v1/scanner/scans/${scan.id}`, { as, json: { expression: "close > 2" } }),
    );
    expect(changed.version).toBe(2);
    const versions = await bodyOf<{ data: { expression: string }[] }>(
      await app.call(`GET /api/v1/scanner/scans/${scan.id}/versions`, { as }),
    );
    expect(versions.data.map(({ expression }) => expression)).toEqual(["close > 2", "close > 1"]);
    expect((await save({ schedule: "hourly" })).status).toBe(402);
    expect((await save({ schedule: "61 * * * *" })).status).toBe(422);
    const raced = await Promise.all(Array.from({ length: 8 }, () => save()));
    expect(raced.filter(({ status }) => status === 201).length).toBe(2);
    expect(raced.filter(({ status }) => status === 402).length).toBe(6);
  });

  it("sends alerts for no more scans than the plan holds, and its owner sees what is used", async () => {
    const as = aUser({ plan: "enterprise" });
    const plan = "plan_01m6a6ft00fy3snh31eaee152f";
    const setAlerts = async (alerts: number): Promise<void> => {
      await app.call(`PATCH /api/v1/admin/plans/${plan}`, { as: anOperator(), json: { limits: { alerts } } });
    };
    await setAlerts(2);
    const alert = { channels: ["inApp"], on: "new" };
    const save = async (): Promise<Response> =>
      await app.call("POST /api/v1/scanner/scans", { as, json: { name: "x", expression: "close > 1", alert } });
    const raced = await Promise.all(Array.from({ length: 8 }, save));
    expect(raced.filter(({ status }) => status === 201).length).toBe(2);
    expect(raced.filter(({ status }) => status === 402).length).toBe(6);
    const silent = { name: "y", expression: "close > 1" };
    const { id } = await bodyOf<Scan>(await app.call("POST /api/v1/scanner/scans", { as, json: silent }));
    expect((await app.call(`PATCH /api/v1/scanner/scans/${id}`, { as, json: { alert } })).status).toBe(402);
    const usage = await bodyOf<{ data: { name: string; used: number }[] }>(
      await app.call("GET /api/v1/billing/usage", { as }),
    );
    expect(Object.fromEntries(usage.data.map(({ name, used }) => [name, used]))).toMatchObject({
      savedScans: 3,
      alerts: 2,
    });
    await setAlerts(1_000);
  });

  it("with a cron line is caught up once, however many times it was missed", async () => {
    const as = aUser({ plan: "pro" });
    const json = { name: "Hourly", expression: "close > 1", universe: { symbols: ["GENX"] }, schedule: "hourly" };
    const scan = await bodyOf<Scan>(await app.call("POST /api/v1/scanner/scans", { as, json }));
    await env.DB.prepare("update scanner_scans set next_run_at = ? where id = ?")
      .bind(Date.now() - 9 * 3_600_000, scan.id)
      .run();
    for (let tick = 0; tick < 2; tick += 1) {
      await env.DB.prepare("delete from platform_cron_slots").run();
      await app.call("POST /dev/jobs/drain");
    }
    const { data } = await bodyOf<{ data: Run[] }>(await app.call(`GET /api/v1/scanner/scans/${scan.id}/runs`, { as }));
    expect(data.length).toBe(1);
  });

  it("is given to its owner with everything else, and leaves nothing behind when the person goes", async () => {
    const as = aUser();
    await app.call("POST /api/v1/scanner/scans", { as, json: { name: "Mine", expression: "close > 1" } });
    await inJob(app, {}, async (ctx) => {
      expect(await app.composition.exportUser(ctx, as.userId)).toMatchObject({
        scanner: { scans: [{ name: "Mine" }] },
      });
      await ctx.db.batch(await app.composition.eraseUser(ctx, as.userId));
    });
    expect(await rows("select id from scanner_scans where user_id = ?", as.userId)).toEqual([]);
    expect(
      await rows("select scan_id from scanner_versions where scan_id not in (select id from scanner_scans)"),
    ).toEqual([]);
  });
});
