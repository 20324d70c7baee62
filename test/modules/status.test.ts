import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { componentsOf, overallOf } from "../../src/modules/status/rules.ts";
import { runChecks } from "../../src/modules/status/service.checks.ts";
import { anOperator, aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { count, inJob } from "../support/platform.ts";

const app = testApp();
const MINUTE = 60_000;

interface Shown {
  readonly status: string;
  readonly components: readonly { readonly name: string; readonly status: string; readonly uptimeBps: number }[];
  readonly incidents: readonly { readonly id: string; readonly title: string; readonly state: string }[];
}

/** An isolate that remembers nothing. */
const show = async (): Promise<Shown> => await bodyOf<Shown>(await app.call("GET /api/v1/status", { env: {} }));

interface Entry {
  readonly subject: string;
  readonly text: string;
  readonly links: readonly string[];
}

async function mailsTo(address: string): Promise<Entry[]> {
  await app.call("POST /dev/jobs/drain");
  const { data } = await bodyOf<{ data: Entry[] }>(await app.call(`GET /dev/outbox?to=${encodeURIComponent(address)}`));
  return data;
}

const pathOf = (link = ""): string => {
  const { pathname, search } = new URL(link);
  return `${pathname}${search}`;
};

async function subscribe(address: string): Promise<void> {
  expect((await app.call("POST /api/v1/status/subscribers", { json: { email: address } })).status).toBe(202);
  const [mail] = await mailsTo(address);
  const link = pathOf(mail?.links.find((found) => found.includes("/status/confirm")));
  expect((await app.call(`GET ${link}`)).status).toBe(200);
  expect((await app.call(`POST ${link}`)).status).toBe(200);
}

const anIncident = { title: "Payouts are late", impact: "major", message: "The bank takes no files." };

async function open(): Promise<string> {
  const response = await app.call("POST /api/v1/admin/incidents", { as: anOperator(), json: anIncident });
  expect(response.status).toBe(201);
  return (await bodyOf<{ id: string }>(response)).id;
}

describe("the status", () => {
  it("is unknown until something was checked, and again when checks stop", async () => {
    expect((await show()).status).toBe("unknown");
    const day = { component: "database", day: "2026-11-21", passed: 9, failed: 1, ok: true, latencyMs: 1 };
    const [fresh] = componentsOf([{ ...day, checkedAt: 1_000 }], 1_000 + 4 * MINUTE);
    const [stale] = componentsOf([{ ...day, checkedAt: 1_000 }], 1_000 + 6 * MINUTE);
    expect([fresh?.state, fresh?.uptimeBps, stale?.state]).toEqual(["up", 9_000, "unknown"]);
  });

  it.each([
    [["up", "up"], [], "operational"],
    [["up", "unknown"], [], "unknown"],
    [["up", "down"], [], "degraded"],
    [["down", "up"], [], "outage"],
    [["up", "up"], ["minor"], "degraded"],
    [["up", "up"], ["critical"], "outage"],
  ] as const)("of %j with incidents %j is %s", (states, impacts, overall) => {
    const components = states.map((state, at) => ({ name: at === 0 ? "database" : "files", state }));
    expect(overallOf(components, impacts)).toBe(overall);
  });

  it("comes from checks, each counted once a minute, and shows what fails", async () => {
    const now = Date.now();
    await inJob(app, { now: () => now }, runChecks);
    await inJob(app, { now: () => now }, runChecks);
    expect(await show()).toMatchObject({ status: "operational" });
    expect(await count("status_days", "passed + failed = 1")).toBe(4);
    const broken = {
      FILES: { head: async () => await Promise.reject(new Error("R2 is away.")) } as unknown as R2Bucket,
    };
    await inJob(app, { now: () => now + 1, env: broken }, runChecks);
    const { status, components } = await show();
    expect(status).toBe("degraded");
    expect(components.find(({ name }) => name === "files")).toMatchObject({ status: "down", uptimeBps: 5_000 });
    await inJob(app, { now: () => now + 2 }, runChecks);
    expect((await show()).status).toBe("operational");
  });

  it("can be seen while the database is away, and says so", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const away = {
      DB: {
        withSession: () => {
          throw new Error("D1_ERROR: Network connection lost.");
        },
      } as unknown as D1Database,
    };
    const page = await app.call("GET /status", { env: away });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Bourse is down");
    vi.restoreAllMocks();
  });

  it("is a page for people, and JSON for whoever asks for that", async () => {
    const page = await app.call("GET /status", { headers: { Accept: "text/html" } });
    expect(page.headers.get("Content-Type")).toContain("text/html");
    const json = await app.call("GET /status", { headers: { Accept: "application/json" } });
    expect(await bodyOf(json)).toHaveProperty("components");
  });
});

describe("an incident", () => {
  it("is on the page while it is open, and ends once", async () => {
    const id = await open();
    expect((await show()).incidents.map((incident) => incident.id)).toContain(id);
    const as = anOperator();
    const line = `POST /api/v1/admin/incidents/${id}/updates`;
    const json = { state: "resolved", message: "It takes them again." };
    const answers = await Promise.all(Array.from({ length: 16 }, async () => await app.call(line, { as, json })));
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(15);
    expect(await count("status_updates", "incident_id = ?", id)).toBe(2);
    expect((await show()).incidents.map((incident) => incident.id)).not.toContain(id);
    expect(await count("platform_audit_entries", "target = ?", id)).toBe(2);
  });

  it("is told of by mail once to each subscriber, who leaves with one click", async () => {
    const address = `${crypto.randomUUID()}@mail.example`;
    await subscribe(address);
    const id = await open();
    const mails = await mailsTo(address);
    const told = mails.filter(({ subject }) => subject.includes("Payouts are late"));
    expect(told).toHaveLength(1);
    const link = pathOf(/https?:\/\/\S+\/status\/unsubscribe\?token=[\w.-]+/.exec(told[0]?.text ?? "")?.[0]);
    const oneClick = {
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    };
    expect((await app.call(`GET ${link}`)).status).toBe(200);
    expect((await app.call(`POST ${link}`, oneClick)).status).toBe(200);
    expect((await app.call(`POST ${link}`, oneClick)).status).toBe(200);
    const json = { state: "resolved", message: "It is over." };
    await app.call(`POST /api/v1/admin/incidents/${id}/updates`, { as: anOperator(), json });
    expect((await mailsTo(address)).length).toBe(mails.length);
  });

  it("is not told of to an address that never confirmed", async () => {
    const address = `${crypto.randomUUID()}@mail.example`;
    await app.call("POST /api/v1/status/subscribers", { json: { email: address } });
    await open();
    expect((await mailsTo(address)).map(({ subject }) => subject)).toEqual(["Do you want mails about incidents?"]);
  });

  it("is an operator's to tell of", async () => {
    for (const as of [aUser({ mfa: true }), anOperator("support")])
      expect((await app.call("POST /api/v1/admin/incidents", { as, json: anIncident })).status).toBe(403);
  });

  it("keeps no address in the clear", async () => {
    const address = `${crypto.randomUUID()}@mail.example`;
    await subscribe(address);
    const { results } = await env.DB.prepare("select id, address from status_subscribers").all();
    expect(JSON.stringify(results)).not.toContain(address);
  });

  it.each(["/status/confirm", "/status/unsubscribe"])("takes no made-up link at %s", async (path) => {
    for (const method of ["GET", "POST"])
      expect((await app.call(`${method} ${path}?token=${"x".repeat(60)}`)).status).toBe(400);
  });
});
