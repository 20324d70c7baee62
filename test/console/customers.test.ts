import { describe, expect, it } from "vitest";
import type { Id } from "#kernel/ids";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { signedIn } from "../support/browser.ts";
import { aPerson } from "../support/people.ts";

const app = testApp();

describe("the budget's reports and imports", () => {
  it("show every row of a statement before it is kept, and can take it back", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const page = await browser.get("/app/budget");
    await browser.submit(page, "account", { name: "Purse" });
    const form = await browser.get("/app/budget/import");
    const accountId = /<option value="([a-z]+_[0-9a-z]{26})"/.exec(form.html)?.[1] ?? "";
    const statement = "Date,Payee,Amount\n2026-10-02,Baker,-4.50\n2026-10-03,Work,100.00\nnonsense,x,y\n";
    const fields = { accountId, format: "csv", dateOrder: "", statement };
    const preview = await browser.submit(form, "look", fields);
    expect(preview.html).toContain("Baker");
    expect(preview.html).toContain("2 new, 0 known already, 1 that cannot be read.");
    expect((await browser.get("/app/budget?month=2026-10")).html).not.toContain("Baker");
    const taken = await browser.submit({ ...preview, path: form.path }, "take", fields);
    expect(taken.location).toContain("done=taken");
    expect((await browser.get("/app/budget?month=2026-10")).html).toContain("Baker");
    const reports = await browser.get("/app/budget/reports");
    expect(reports.html).toContain('<svg class="chart"');
    expect(reports.html).toContain("Baker");
    const csv = await browser.get("/app/budget/reports/cash-flow.csv");
    expect(csv.headers.get("Content-Type")).toContain("text/csv");
    expect((await browser.submit(await browser.get("/app/budget/import"), "undo")).location).toContain("done=undone");
  });

  it("move money between envelopes and say why they cannot", async () => {
    const person = await aPerson(app);
    const as = aUser({ userId: person.user.id as Id<"user"> });
    await app.call("POST /api/v1/categories", { as, json: { name: "Bread" } });
    const browser = await signedIn(app, person);
    const page = await browser.get("/app/budget");
    expect((await browser.submit(page, "move", { from: "", to: "", toMove: "x" })).status).toBe(422);
    const to = /id="to"[^>]*>.*?<option value="([a-z]+_[0-9a-z]{26})"/s.exec(page.html)?.[1] ?? "";
    expect(to).not.toBe("");
    const moved = await browser.submit(page, "move", { from: "", to, toMove: "5.00" });
    expect(moved.location).toContain("done=moved");
  });
});

describe("a saved scan", () => {
  it("is run, tells of what is new, and keeps what its runs found", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const found = await browser.get("/app/scanner?expression=close+%3E+0");
    await browser.submit(found, "save", { name: "Everything" });
    const list = await browser.get("/app/scanner");
    const path = /href="(\/app\/scanner\/scans\/[^"]+)"/.exec(list.html)?.[1] ?? "";
    const page = await browser.get(path);
    expect((await browser.submit(page, "run")).location).toContain("done=ran");
    await app.call("POST /dev/jobs/drain");
    const run = /href="(\/app\/scanner\/runs\/[^"]+)"/.exec((await browser.get(path)).html)?.[1] ?? "";
    expect((await browser.get(run)).html).toContain("All that matched");
    const saved = await browser.submit(page, "save", { name: "All", schedule: "", on: "new", channels: "inApp" });
    expect(saved.location).toContain("done=saved");
    expect((await browser.get(path)).html).toContain('<option value="new" selected');
    const wrong = await browser.submit(page, "save", { name: "All", schedule: "often", on: "none" });
    expect([403, 422]).toContain(wrong.status);
  });
});

describe("an ad of one's own", () => {
  it("is put into the market, paused, shown again and taken away", async () => {
    await app.call("POST /dev/seed");
    const person = await aPerson(app);
    const browser = await signedIn(app, person);
    await app.call("POST /api/v1/wallets", {
      as: aUser({ userId: person.user.id as Id<"user"> }),
      json: { asset: "USDT" },
    });
    const page = await browser.get("/app/ads");
    const paidBy = /name="paidBy"[^>]*><option value="([^"]+)"/.exec(page.html)?.[1] ?? "";
    const ad = { side: "buy", asset: "USDT", paidBy, price: "90.00", minAmount: "100.00", maxAmount: "500.00" };
    const refused = await browser.submit(page, "create", { ...ad, available: "10", terms: "", price: "cheap" });
    expect(refused.status).toBe(422);
    const made = await browser.submit(page, "create", { ...ad, available: "10", terms: "No cash." });
    expect(made.location).toContain("done=done");
    const mine = await browser.get("/app/ads");
    expect((await browser.submit(mine, "pause")).status).toBe(303);
    expect((await browser.submit(await browser.get("/app/ads"), "show")).status).toBe(303);
    expect((await browser.submit(await browser.get("/app/ads"), "remove")).status).toBe(303);
  });
});

describe("what leaves as a file", () => {
  it("is a statement as PDF and CSV, and sends whoever is not signed in to the door", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const page = await browser.get("/app/affiliate");
    expect(page.html).toContain('class="qr"');
    const month = new Date().toISOString().slice(0, 7);
    const pdf = await browser.get(`/app/affiliate/statements/${month}/pdf`);
    expect(pdf.headers.get("Content-Type")).toBe("application/pdf");
    const csv = await browser.get(`/app/affiliate/statements/${month}/csv`);
    expect(csv.headers.get("Content-Type")).toContain("text/csv");
    expect((await browser.get("/app/invoices/inv_nothing/pdf")).status).toBe(404);
    const stranger = await app.call(`GET /app/affiliate/statements/${month}/pdf`);
    expect([stranger.status, stranger.headers.get("Location")]).toEqual([303, expect.stringContaining("/sign-in")]);
  });
});

describe("a webhook", () => {
  it("is added with its secret shown once, tried, switched off and deleted", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const page = await browser.get("/app/webhooks");
    expect((await browser.submit(page, "create", { url: "nowhere", description: "" })).status).toBe(422);
    const made = await browser.submit(page, "create", { url: "https://hooks.example.com/in", description: "Books" });
    const secret = /<pre>([^<]+)<\/pre>/.exec(made.html)?.[1] ?? "";
    expect(secret).toMatch(/^whsec_/);
    const path = /href="(\/app\/webhooks\/[^"]+)"/.exec(made.html)?.[1] ?? "";
    const one = await browser.get(path);
    expect(one.html).not.toContain(secret);
    expect((await browser.submit(one, "off")).status).toBe(303);
    expect((await browser.get(path)).html).toContain("Turn it on");
    expect((await browser.submit(await browser.get(path), "delete")).location).toContain("/app/webhooks?done=done");
  });
});

describe("a wallet's addresses", () => {
  it("come with a QR code, and each withdrawal has its steps", async () => {
    const person = await aPerson(app);
    const browser = await signedIn(app, person);
    await browser.submit(await browser.get("/app/wallet"), "open", { asset: "USDT" });
    const page = await browser.get("/app/wallet/USDT");
    const network = /name="network"[^>]*><option value="([^"]+)"/.exec(page.html)?.[1] ?? "";
    const shown = await browser.submit(page, "deposit", { network });
    if (shown.status === 200) expect(shown.html).toContain('class="qr"');
    expect((await browser.get("/app/withdrawals/wd_nothing")).status).toBe(404);
    const { data } = await bodyOf<{ data: object[] }>(
      await app.call("GET /api/v1/withdrawals", { as: aUser({ userId: person.user.id as Id<"user"> }) }),
    );
    expect(data).toEqual([]);
  });
});
