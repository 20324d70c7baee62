import { beforeAll, describe, expect, it } from "vitest";
import type { Id } from "#kernel/ids";
import { fundWallet } from "#modules/wallet";
import { commit } from "#platform/commit";
import { insertMessage } from "../../src/modules/trades/repository.messages.ts";
import type { User } from "../support/trades.ts";
import { command, take } from "../support/trades.ts";
import { anOperator, aUser, freshId } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import type { Browser } from "../support/browser.ts";
import { signedIn } from "../support/browser.ts";
import { testCtx } from "../support/ctx.ts";
import { anOperatorAtDesk } from "../support/operators.ts";
import { anAd } from "../support/p2p.ts";
import type { Person } from "../support/people.ts";
import { aPerson, PASSWORD } from "../support/people.ts";

const app = testApp();
const SCRIPT = "<script>alert(1)</script>";
const HOSTILE = `${SCRIPT}"'><img src=x onerror=alert(1)>`;
/** For what takes a line of plain letters at most, such as names. */
const SHORT = `<img src=x onerror=alert(1)>`;

interface World {
  readonly person: Person;
  readonly as: User;
  readonly admin: User;
  readonly customer: Browser;
  readonly desk: Browser;
}

let world: World;

interface Stored {
  readonly what: string;
  /** Stores the text as somebody would, and says on which pages of the customer and of operators it is shown. */
  readonly store: () => Promise<{ readonly customer?: readonly string[]; readonly desk?: readonly string[] }>;
}

async function call<T = { id: string }>(line: string, as: User, json: unknown): Promise<T> {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const answer = await app.call(line, { as, json, headers });
  const body = await bodyOf<T>(answer);
  if (!answer.ok) throw new Error(`${line}: ${JSON.stringify(body)}`);
  return body;
}

/** A trade of the customer's in dispute, with hostile words wherever a party can leave some. */
async function dispute(): Promise<{ tradeId: string; disputeId: string; adId: string }> {
  const seller = await aPerson(app);
  const sells = aUser({ userId: seller.user.id as Id<"user">, plan: "enterprise" });
  await call("PATCH /api/v1/me", sells, { name: SHORT });
  await fundWallet(testCtx(app), { userId: sells.userId, asset: "USDT", amount: 1_000_000_000 });
  const ad = await anAd(app, { userId: sells.userId, terms: HOSTILE });
  const { id: tradeId } = await bodyOf<{ id: string }>(await take(app, world.as, ad.id));
  await command(app, { id: tradeId, as: world.as, name: "paid" }, { payerName: SHORT });
  const ctx = testCtx(app);
  const message = { id: freshId("msg"), tradeId: tradeId as never, authorId: world.as.userId, clientId: "one" };
  await commit(ctx, [insertMessage(ctx, { ...message, role: "buyer", content: HOSTILE, at: ctx.now() })]);
  await command(app, { id: tradeId, as: sells, name: "dispute" }, { reason: HOSTILE });
  const sql = "select id from trades_disputes where trade_id = ?";
  const row = await ctx.db.sql(sql, tradeId).first<{ id: string }>();
  return { tradeId, disputeId: row?.id ?? "", adId: ad.id };
}

const STORED: readonly Stored[] = [
  {
    what: "a name",
    store: async () => {
      await call("PATCH /api/v1/me", world.as, { name: SHORT });
      const { id } = world.person.user;
      return { customer: ["/app", "/app/settings"], desk: [`/admin/users/${id}`, "/admin/users"] };
    },
  },
  {
    what: "a ticket",
    store: async () => {
      const { id } = await call("POST /api/v1/support/tickets", world.as, { subject: HOSTILE, body: HOSTILE });
      return { customer: ["/app/support", `/app/support/${id}`], desk: ["/admin/tickets"] };
    },
  },
  {
    what: "accounts, envelopes and payees",
    store: async () => {
      const { id: accountId } = await call("POST /api/v1/accounts", world.as, { name: HOSTILE });
      await call("POST /api/v1/categories", world.as, { name: SHORT });
      await call("POST /api/v1/transactions", world.as, { accountId, amount: "-1.00", payee: HOSTILE });
      return { customer: ["/app/budget", "/app/budget/reports", "/app/budget/import"] };
    },
  },
  {
    what: "a saved scan",
    store: async () => {
      const { id } = await call("POST /api/v1/scanner/scans", world.as, { name: HOSTILE, expression: "close > 0" });
      return { customer: ["/app/scanner", `/app/scanner/scans/${id}`] };
    },
  },
  {
    what: "what a key is called",
    store: async () => {
      const headers = world.person.bearer;
      await app.call("POST /api/v1/auth/step-up", { headers, json: { password: PASSWORD } });
      const json = { name: SHORT, scopes: ["market:read"] };
      expect((await app.call("POST /api/v1/api-keys", { headers, json })).status).toBe(201);
      return { customer: ["/app/settings"] };
    },
  },
  {
    what: "what a webhook is for",
    store: async () => {
      const json = { url: "https://hooks.example.com/in", description: HOSTILE };
      const { id } = await call("POST /api/v1/webhooks", world.as, json);
      return { customer: ["/app/webhooks", `/app/webhooks/${id}`] };
    },
  },
  {
    what: "the holder of a bank account",
    store: async () => {
      const json = { holderName: SHORT, accountNumber: "000111222333", ifsc: "HDFC0001234" };
      await call("PUT /api/v1/affiliate/bank-account", world.as, json);
      return { customer: ["/app/affiliate"] };
    },
  },
  {
    what: "an ad, its trade, the chat in it and the dispute about it",
    store: async () => {
      const { tradeId, disputeId, adId } = await dispute();
      await call(`POST /api/v1/admin/disputes/${disputeId}/assign`, world.admin, {});
      await call(`POST /api/v1/admin/disputes/${disputeId}/notes`, world.admin, { body: HOSTILE });
      return {
        customer: [`/app/p2p/${adId}`, `/app/trades/${tradeId}`],
        desk: ["/admin/disputes", `/admin/disputes/${disputeId}`],
      };
    },
  },
  {
    what: "a course and its lesson",
    store: async () => {
      const slug = `c-${crypto.randomUUID().slice(0, 8)}`;
      const course = await call("POST /api/v1/admin/courses", world.admin, { slug, title: SHORT, summary: HOSTILE });
      const module = await call(`POST /api/v1/admin/courses/${course.id}/modules`, world.admin, { title: SHORT });
      const json = { title: SHORT, minutes: 1, free: true, body: `${HOSTILE}\n\n[x](javascript:alert(1))` };
      const lesson = await call(`POST /api/v1/admin/modules/${module.id}/lessons`, world.admin, json);
      await call(`PATCH /api/v1/admin/lessons/${lesson.id}`, world.admin, { state: "published" });
      await call(`PATCH /api/v1/admin/courses/${course.id}`, world.admin, { state: "published" });
      return {
        customer: ["/app/academy", `/app/academy/${slug}`, `/app/lessons/${lesson.id}`],
        desk: ["/admin/courses", `/admin/courses/${course.id}`, `/admin/lessons/${lesson.id}`],
      };
    },
  },
  {
    what: "a broadcast, which becomes a notification",
    store: async () => {
      await call("POST /api/v1/admin/broadcasts", world.admin, { subject: SHORT, body: HOSTILE });
      await app.call("POST /dev/jobs/drain");
      return { desk: ["/admin/broadcasts"] };
    },
  },
  {
    what: "an incident, a flag and a reason in the audit log",
    store: async () => {
      const incident = { title: HOSTILE, impact: "minor", message: HOSTILE };
      await call("POST /api/v1/admin/incidents", world.admin, incident);
      await call("PUT /api/v1/admin/flags/hostile", world.admin, { description: HOSTILE, percentage: 0 });
      const other = await aPerson(app);
      await call(`POST /api/v1/admin/users/${other.user.id}/suspend`, world.admin, { reason: HOSTILE });
      return {
        customer: ["/status"],
        desk: ["/admin/incidents", "/admin/settings", "/admin/audit", `/admin/users/${other.user.id}`],
      };
    },
  },
];

beforeAll(async () => {
  await app.call("POST /dev/seed");
  const person = await aPerson(app);
  const { browser: desk, person: operator } = await anOperatorAtDesk(app, "admin");
  const raisedUntil = Date.now() + 300_000;
  world = {
    person,
    as: aUser({ userId: person.user.id as Id<"user">, plan: "enterprise", raisedUntil }),
    admin: { ...anOperator(), userId: operator.user.id as Id<"user"> },
    customer: await signedIn(app, person),
    desk,
  };
}, 30_000);

/** Elements that would do something, as a parser sees them: script without our nonce, handlers, addresses that run. */
async function dangersIn(html: string): Promise<string[]> {
  const found: string[] = [];
  const look = (element: Element): void => {
    const [names, runs] = [[...element.attributes].map(([name = ""]) => name), element.getAttribute("href") ?? ""];
    const handler = names.find((name) => name.startsWith("on"));
    const stray = element.tagName === "script" && !names.includes("nonce");
    if (handler !== undefined || stray || element.tagName === "img" || /^\s*(?:javascript|data:text)/i.test(runs))
      found.push(`${element.tagName} ${handler ?? runs}`);
  };
  await new HTMLRewriter().on("*", { element: look }).transform(new Response(html)).text();
  return found;
}

describe("a text that somebody stores", () => {
  it.each(STORED)("stays text on every page that shows it: $what", async ({ store }) => {
    const { customer = [], desk = [] } = await store();
    const looks = [
      ...customer.map((path) => ({ path, browser: world.customer })),
      ...desk.map((path) => ({ path, browser: world.desk })),
    ];
    expect(looks.length).toBeGreaterThan(0);
    for (const { path, browser } of looks) {
      const { status, html, headers } = await browser.get(path);
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(html, path).toMatch(/&lt;(?:script|img)/);
      expect(html, path).not.toContain(SCRIPT);
      expect({ path, found: await dangersIn(html) }).toEqual({ path, found: [] });
      expect(headers.get("Content-Security-Policy"), path).toContain("default-src 'none'");
      expect(headers.get("X-Frame-Options"), path).toBe("DENY");
    }
  });
});

describe("a form of another site", () => {
  const ACTIONS = ["/app/wallet/USDT", "/app/settings", "/app/billing", "/app/webhooks", "/app/budget"];
  const DESK = ["/admin/settings", "/admin/withdrawals", "/admin/payouts", "/admin/broadcasts", "/admin/backups"];

  it("does nothing on any page, though the browser sends the cookie along", async () => {
    for (const [paths, own] of [
      [ACTIONS, world.customer],
      [DESK, world.desk],
    ] as const) {
      for (const path of paths) {
        const { html } = await own.get(path);
        const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? "";
        const answer = await own.post(path, { csrf, action: "save" }, "https://evil.test");
        expect({ path, status: answer.status }).toEqual({ path, status: 403 });
      }
    }
  });
});
