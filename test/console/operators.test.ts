import { describe, expect, it } from "vitest";
import { bodyOf, testApp } from "../support/app.ts";
import { anOperator } from "../support/actors.ts";
import { theCourse } from "../support/academy.ts";
import { act, anOperatorAtDesk, saidOf } from "../support/operators.ts";
import { aPayout } from "../support/payouts.ts";
import { aPerson } from "../support/people.ts";
import { aDispute } from "../support/trades.ts";
import { aLargeWithdrawal } from "../support/wallets.ts";

const app = testApp();
const HOSTILE = `<script>alert(1)</script>`;

describe("a dispute", () => {
  it("shows its chat to whom it is assigned to, takes notes, and is decided by shares", async () => {
    const { id } = await aDispute(app);
    const desk = await anOperatorAtDesk(app, "admin");
    const queue = await desk.browser.get("/admin/disputes");
    expect(queue.html).toContain(`/admin/disputes/${id}`);
    const path = `/admin/disputes/${id}`;
    const page = await desk.browser.get(path);
    expect(page.html).toContain("Nothing has come.");
    expect(page.html).toContain("It is shown to whom the dispute is assigned to.");
    expect((await act(desk, page, ["assign", {}])).location).toBe(`${path}?done=done`);
    const mine = await desk.browser.get(path);
    expect(mine.html).toContain("They have not written to each other.");
    await act(desk, mine, ["note", { body: `${HOSTILE} Asked the bank.` }]);
    expect((await desk.browser.get(path)).html).toContain("&lt;script&gt;");
    const shares = { sellerShare: "40", buyerShare: "59", reason: "Half was paid." };
    const refused = await act(desk, mine, ["resolve", shares]);
    expect(refused.status).toBe(422);
    expect(saidOf(refused)).not.toBe("");
    const fresh = await desk.browser.get(path);
    expect((await act(desk, fresh, ["resolve", { ...shares, buyerShare: "60" }])).status).toBe(303);
    expect((await desk.browser.get(path)).html).toContain("resolved");
  });

  it("above the limit waits for a second administrator, who agrees on the same page", async () => {
    const { id, deal } = await aDispute(app, true);
    const [first, second] = [await anOperatorAtDesk(app, "admin"), await anOperatorAtDesk(app, "admin")];
    const path = `/admin/disputes/${id}`;
    await act(first, await first.browser.get(path), ["assign", {}]);
    const shares = { sellerShare: "0", buyerShare: deal.body.assetAmount, reason: "It was paid." };
    await act(first, await first.browser.get(path), ["resolve", shares]);
    const own = await first.browser.get(path);
    expect(own.html).not.toContain('value="confirm"');
    const page = await second.browser.get(path);
    expect(page.html).toContain('value="confirm"');
    expect((await act(second, page, ["confirm", {}])).location).toBe(`${path}?done=done`);
  });
});

describe("money that wants to leave", () => {
  it("is shown with who asks for it and why it is held, and is turned down for a reason", async () => {
    const { id, as } = await aLargeWithdrawal(app);
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/withdrawals");
    expect(page.html).toContain(`/admin/users/${as.userId}`);
    const refused = await act(desk, page, ["reject", { of: id, reason: "" }]);
    expect(refused.status).toBe(422);
    expect(refused.html).toContain(`id="reason-${id}-wrong"`);
    expect((await act(desk, page, ["reject", { of: id, reason: "Not theirs." }])).status).toBe(303);
    expect((await desk.browser.get("/admin/withdrawals?status=rejected")).html).toContain("Not theirs.");
  });

  it("leaves as a payout that one approves, a batch sends and the bank confirms", async () => {
    const { id } = await aPayout(app);
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/payouts");
    expect(page.html).toContain(`value="${id}"`);
    expect((await act(desk, page, ["approve", { of: id }])).status).toBe(303);
    const sent = await act(desk, await desk.browser.get("/admin/payouts"), ["send", {}]);
    expect(sent.html).toMatch(/payout-batches\/job_[0-9a-z]+\/file/);
    const one = await desk.browser.get(`/admin/payouts/${id}`);
    expect(one.html).toContain("processing");
    expect((await act(desk, one, ["complete", { reference: "UTR1" }])).status).toBe(303);
    expect((await desk.browser.get(`/admin/payouts/${id}`)).html).toContain("UTR1");
  });

  it("is compared with the gateways when somebody asks for it", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/reconciliation");
    expect(page.html).toContain("Every account adds up.");
    expect((await act(desk, page, ["compare", {}])).location).toContain("done=comparing");
  });
});

describe("what operators write", () => {
  it("reaches everybody after they have looked at it, and shows how far it is", async () => {
    await aPerson(app);
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/broadcasts");
    const message = { subject: `News ${HOSTILE}`, body: "We have moved.", path: "/app/billing" };
    const preview = await act(desk, page, ["preview", message]);
    expect(preview.html).toMatch(/It reaches \d+ pe/);
    expect(preview.html).not.toContain("<script");
    const sent = await act(desk, { ...preview, path: page.path }, ["send", message]);
    expect(sent.location).toContain("done=sending");
    const list = await desk.browser.get("/admin/broadcasts");
    expect(list.html).toContain("News &lt;script&gt;");
    expect(list.html).toMatch(/<progress max="\d+"/);
  });

  it("is a course, its modules and lessons, published when they say so", async () => {
    await theCourse(app);
    const desk = await anOperatorAtDesk(app, "admin");
    const begun = await act(desk, await desk.browser.get("/admin/courses"), [
      "begin",
      { title: "Candles", slug: `candles-${crypto.randomUUID().slice(0, 8)}`, summary: "How to read them." },
    ]);
    const path = begun.location?.split("?")[0] ?? "";
    expect(path).toMatch(/^\/admin\/courses\/course_/);
    await act(desk, await desk.browser.get(path), ["module", { of: "", title: "First" }]);
    const lesson = await act(desk, await desk.browser.get(path), ["lesson", { title: "Bodies", minutes: "4" }]);
    const at = lesson.location?.split("?")[0] ?? "";
    expect(at).toMatch(/^\/admin\/lessons\//);
    const body = `# Bodies\n\n${HOSTILE}`;
    const saved = await act(desk, await desk.browser.get(at), [
      "save",
      { title: "Bodies", minutes: "5", free: "yes", body, videoUrl: "" },
    ]);
    expect(saved.status).toBe(303);
    await act(desk, await desk.browser.get(at), ["state", {}]);
    const read = await desk.browser.get(at);
    expect(read.html).toContain("published");
    expect(read.html).not.toContain("<script>alert");
    await act(desk, await desk.browser.get(path), ["state", {}]);
    expect((await desk.browser.get(path)).html).toContain("Take back");
  });

  it("is an incident that customers read on the status page", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/incidents");
    const incident = { title: "Slow mails", impact: "minor", message: "We are looking." };
    expect((await act(desk, page, ["open", incident])).status).toBe(303);
    expect(await (await app.call("GET /status")).text()).toContain("Slow mails");
    const open = await desk.browser.get("/admin/incidents");
    expect((await act(desk, open, ["update", { state: "resolved", message: "Over." }])).status).toBe(303);
  });
});

describe("the audit log", () => {
  it("shows field by field what a change was, and that its chain is whole", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const as = anOperator();
    const flag = { description: "Something new", percentage: 5 };
    await app.call("PUT /api/v1/admin/flags/new-thing", { as, json: flag });
    await app.call("PUT /api/v1/admin/flags/new-thing", { as, json: { ...flag, percentage: 50 } });
    const { html } = await desk.browser.get("/admin/audit?action=flag.updated&target=new-thing");
    expect(html).toMatch(/<dt>percentage<\/dt><dd><del>5<\/del> <ins>50<\/ins><\/dd>/);
    expect((await desk.browser.get("/admin/audit?verify")).html).toMatch(/The chain of \d+ rows is whole/);
    expect((await desk.browser.get("/admin/audit?from=2020-01-01&to=2020-01-02")).html).toContain("Nothing is waiting");
  });
});

describe("the operators' figures", () => {
  it("take a month and costs, and show who came", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/revenue?month=2026-10");
    expect(page.html).toContain('value="2026-10"');
    const cost = { date: "2026-10-02", kind: "marketing", amount: "12.50", asset: "EUR", note: "Posters" };
    expect((await act(desk, page, ["cost", cost])).status).toBe(303);
    expect((await desk.browser.get("/admin/revenue")).html).toContain("Posters");
    const { html } = await desk.browser.get("/admin/analytics?from=2026-11-01&to=2026-11-10");
    expect(html).toContain('<svg class="chart"');
    expect((await desk.browser.get("/admin/analytics?from=2026-11-10&to=2026-11-01")).status).toBe(422);
  });

  it("begin a backup by a button", async () => {
    const desk = await anOperatorAtDesk(app, "admin");
    const page = await desk.browser.get("/admin/backups");
    const begun = await act(desk, page, ["write", {}]);
    expect([303, 409, 503]).toContain(begun.status);
    const { data } = await bodyOf<{ data: object[] }>(
      await app.call("GET /api/v1/admin/backups", { as: anOperator() }),
    );
    if (begun.status === 303) expect(data.length).toBeGreaterThan(0);
  });
});
