import { describe, expect, it } from "vitest";
import { testApp } from "../support/app.ts";
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
