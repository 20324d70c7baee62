import { describe, expect, it } from "vitest";
import { toDate } from "#kernel/time";
import type { Id } from "#kernel/ids";
import { aUser } from "../support/actors.ts";
import { bodyOf, testApp } from "../support/app.ts";
import { signedIn } from "../support/browser.ts";
import { aPerson } from "../support/people.ts";

const app = testApp();
const HOSTILE = `<img src=x onerror=alert(1)>`;
const asked = (html: string): number => html.split('class="asked"').length - 1;

describe("the assistant's page without script", () => {
  it("asks, waits for the answer and shows both as text", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const first = await browser.submit(await browser.get("/app/assistant"), "ask", {
      question: `What is asset allocation? ${HOSTILE}`,
    });
    expect(first.location).toMatch(/^\/app\/assistant\/conv_/);
    const page = await browser.get(first.location ?? "");
    expect(page.html).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(page.html).not.toContain("<img");
    expect(page.html).toContain('class="answered"');
    expect((await browser.get("/app/assistant")).html).toContain(first.location ?? "none");
  });

  it("asks once what is sent twice, and says what is wrong with what cannot be asked", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const start = await browser.get("/app/assistant");
    const question = { question: "What is an emergency fund?", live: "yes" };
    const [one, two] = [await browser.submit(start, "ask", question), await browser.submit(start, "ask", question)];
    expect(two.location).toBe(one.location);
    expect(asked((await browser.get(one.location ?? "")).html)).toBe(1);
    expect((await browser.submit(start, "ask", { question: " " })).status).toBe(422);
  });

  it("belongs to its owner alone, and is named and deleted by forms", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const { location } = await browser.submit(await browser.get("/app/assistant"), "ask", { question: "Hello?" });
    const address = location ?? "";
    expect((await (await signedIn(app, await aPerson(app))).get(address)).status).toBe(404);
    await browser.submit(await browser.get(address), "name", { title: HOSTILE });
    const named = await browser.get("/app/assistant");
    expect(named.html).toContain("&lt;img src=x");
    expect(named.html).not.toContain("<img");
    const gone = await browser.submit(await browser.get(address), "delete");
    expect(gone.location).toBe("/app/assistant?done=deleted");
    expect((await browser.get(address)).status).toBe(404);
  });
});

describe("what the assistant proposes, without script", () => {
  const month = toDate(Date.now()).slice(0, 7);

  async function aWish() {
    const person = await aPerson(app);
    const as = aUser({ userId: person.user.id as Id<"user"> });
    await app.call("POST /api/v1/categories", { as, json: { name: "Bread" } });
    const browser = await signedIn(app, person);
    const question = { question: "Assign 12.50 to Bread" };
    const { location } = await browser.submit(await browser.get("/app/assistant"), "ask", question);
    const page = await browser.get(location ?? "");
    const assigned = async (): Promise<string> => {
      const answer = await app.call(`GET /api/v1/allocations?month=${month}`, { as });
      const { data } = await bodyOf<{ data: { amount: string }[] }>(answer);
      return data.map(({ amount }) => amount).join();
    };
    return { browser, page, location, assigned };
  }

  it("stands on the page that follows, and is done when it is confirmed, once", async () => {
    const { browser, page, location, assigned } = await aWish();
    expect(location).toMatch(/^\/app\/assistant\/conv_\w+\?proposals=$/);
    expect(page.html).toContain("<strong>Bread</strong>");
    expect(await assigned()).toBe("");
    const [one, two] = [await browser.submit(page, "confirm"), await browser.submit(page, "reject")];
    expect([one.location, two.location]).toEqual(Array(2).fill(expect.stringMatching(/\?done=accepted$/)));
    expect(await assigned()).toBe("12.50");
    expect((await browser.get(one.location ?? "")).html).toContain("You have confirmed it, and it is done.");
    expect((await browser.get(location ?? "")).html).toContain("Nothing waits for your word.");
  });

  it("is found again by a link, and rejected without a trace", async () => {
    const { browser, location, assigned } = await aWish();
    const [path = ""] = (location ?? "").split("?");
    const later = await browser.get(path);
    expect(later.html).toContain(`<noscript><p><a href="${path}?proposals">`);
    const page = { ...(await browser.get(`${path}?proposals`)), path };
    expect((await browser.submit(page, "reject")).location).toBe(`${path}?done=rejected`);
    expect(await assigned()).toBe("");
  });

  it("hears its owner alone, and no word on what is not there", async () => {
    const { browser, page, location, assigned } = await aWish();
    const stranger = await signedIn(app, await aPerson(app));
    expect((await stranger.get(location ?? "")).status).toBe(404);
    const theirs = await stranger.get("/app/assistant");
    const csrf = /name="csrf" value="([^"]+)"/.exec(theirs.html)?.[1] ?? "";
    const of = /name="of" value="([^"]+)"/.exec(page.html)?.[1] ?? "";
    expect((await stranger.post(page.path, { action: "confirm", of, csrf })).status).toBe(404);
    expect((await browser.submit(page, "confirm", { csrf: "guessed" })).status).toBe(403);
    expect((await browser.submit(page, "confirm", { of: "none" })).status).toBe(422);
    expect(await assigned()).toBe("");
  });
});

describe("the scanner's file and backtest", () => {
  it("are a CSV of the address's scan, and a table of what followed", async () => {
    const browser = await signedIn(app, await aPerson(app));
    const refused = await browser.get("/app/scanner.csv?expression=cloze");
    expect(refused.status).toBe(422);
    const marked = await browser.get("/app/scanner?expression=1+%3C+cloze");
    expect(marked.html).toContain("1 &lt; cloze\n    ^\n");
    const page = await browser.get("/app/backtest");
    const wrong = await browser.submit(page, "run", {
      expression: "cloze > 1",
      from: "2026-01-01",
      to: "2026-02-01",
      horizons: "1",
    });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain("cloze &gt; 1");
  });
});
