import path from "node:path";
import type { BrowserContextOptions, Page, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stage } from "./support/browser.ts";
import { CHROMIUM, complaintsOf, findings, openStage, overflow, SHOTS, signIn, SIZES } from "./support/browser.ts";
import type { Script } from "./vendors/openai.ts";
import { startOpenAi } from "./vendors/openai.ts";

const MODEL = "gpt-4o-mini";
const HOSTILE = `<img src=x onerror="document.title='taken'">`;
const LONG = Array.from({ length: 60 }, (_, index) => `word${index} `);

describe.skipIf(CHROMIUM === undefined)("the assistant in a browser (skipped without Chromium)", () => {
  let stage: Stage;
  let model: Awaited<ReturnType<typeof startOpenAi>>;
  let address = "";

  beforeAll(async () => {
    model = await startOpenAi();
    address = `http://127.0.0.1:${model.port}/control?model=${MODEL}`;
    stage = await openStage({
      OPENAI_BASE_URL: `http://127.0.0.1:${model.port}/v1`,
      OPENAI_API_KEY: "sk-test",
      OPENAI_MODEL: MODEL,
    });
  });

  afterAll(async () => {
    await stage.stop();
    model.stop();
  });

  async function play(script: Script): Promise<void> {
    await fetch(address, { method: "PUT", body: JSON.stringify(script) });
  }

  /** Calls tools first. The simulator counts a model's calls from its start, so what was called before is passed over. */
  async function playTools(tools: NonNullable<Script["tools"]>, pieces: readonly string[]): Promise<void> {
    const seen = (await (await fetch(address)).json()) as unknown[];
    await play({ rounds: [...seen.map(() => ({})), { tools }, { pieces }] });
  }

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await stage.browser.newContext(options);
    const page = await context.newPage();
    await signIn(page, stage.url);
    await page.goto(`${stage.url}/app/assistant`);
    return page;
  }

  /** Asks on the first page, and is led to the conversation. */
  async function begin(page: Page, question: string): Promise<void> {
    await page.fill("#question", question);
    await page.click("form.ask button");
    await page.waitForURL(/\/app\/assistant\/conv_/);
  }

  const live = async (page: Page): Promise<void> => await page.locator('[data-link="open"]').waitFor();
  const answers = async (page: Page): Promise<string[]> => await page.locator(".chat .answered").allTextContents();

  it("answers by forms alone: the page comes back with what was said", async () => {
    await play({ pieces: ["Save **before** you spend. ", HOSTILE] });
    const page = await open({ javaScriptEnabled: false });
    await begin(page, `What first? ${HOSTILE}`);
    expect(await page.locator(".asked").textContent()).toBe(`What first? ${HOSTILE}`);
    expect(await page.locator(".answered strong").textContent()).toBe("before");
    expect(await page.locator(".answered").textContent()).toContain("<img src=x");
    expect(await page.locator(".chat img").count()).toBe(0);
    await page.fill("#question", "And then?");
    await page.click("form.ask button");
    await page.locator(".answered").nth(1).waitFor();
    expect(await page.locator(".asked").allTextContents()).toContain("And then?");
    await page.context().close();
  });

  it.each(Object.entries(SIZES))(
    "writes an answer as it comes, and shows what it looked at (%s)",
    async (size, viewport) => {
      await play({ pieces: ["Hello ", `# ${HOSTILE}`] });
      const page = await open({ viewport });
      const complaints = complaintsOf(page);
      await begin(page, "Hello?");
      await live(page);
      await page.locator(".answered", { hasText: "Hello" }).waitFor();
      await playTools([{ name: "get_net_worth", input: "{}" }], ["Looked. ", HOSTILE]);
      await page.fill("#question", `Look! ${HOSTILE}`);
      await page.keyboard.press("Enter");
      await page.getByText("Looked.").waitFor();
      expect(await page.locator(".answered .state").textContent()).toBe("get net worth: looked at");
      expect(await page.locator(".asked").last().textContent()).toContain(HOSTILE);
      expect(await page.locator(".chat img").count()).toBe(0);
      expect(await page.title()).not.toBe("taken");
      expect(await findings(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await page.screenshot({ path: path.join(SHOTS, `${size}_chat.png`), fullPage: true });
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  it("stops an answer, and makes it anew", async () => {
    const page = await open();
    await play({ pieces: ["At ", "once."] });
    await begin(page, "Quickly?");
    await live(page);
    await play({ pieces: LONG, pauseMs: 100 });
    await page.fill("#question", "Slowly?");
    await page.keyboard.press("Enter");
    await page.getByText("word3").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("You have stopped the answer.").waitFor();
    await play({ pieces: ["Anew."] });
    await page.getByRole("button", { name: "Answer again" }).click();
    await page.getByText("Anew.").waitFor();
    expect((await answers(page)).join(" ")).not.toContain("word3");
    await page.reload();
    await live(page);
    expect((await answers(page)).at(-1)).toContain("Anew.");
    await page.context().close();
  });

  it("does nothing of a proposal before it is confirmed", async () => {
    const page = await open();
    const csrf = (await page.getAttribute("form.ask [name=csrf]", "value")) ?? "";
    const assigned = async (): Promise<string> =>
      await page.evaluate<string>(
        `fetch("/api/v1/budgets/${new Date().toISOString().slice(0, 7)}").then((answer) => answer.text())`,
      );
    await page.evaluate(
      `fetch("/api/v1/categories", { method: "POST", body: JSON.stringify({ name: "Garden ${HOSTILE.replaceAll('"', "'")}", group: "Home" }),
        headers: { "Content-Type": "application/json", "X-CSRF-Token": "${csrf}", "Idempotency-Key": "garden-1" } })`,
    );
    const input = JSON.stringify({ category: `Garden ${HOSTILE.replaceAll('"', "'")}`, amount: "12.00" });
    for (const [button, outcome] of [
      ["Reject", "You have rejected it."],
      ["Confirm", "You have confirmed it, and it is done."],
    ] as const) {
      await playTools([{ name: "propose_allocation", input }], ["Confirm it."]);
      await page.goto(`${stage.url}/app/assistant`);
      await begin(page, "Set something aside for the garden");
      await page.locator(".proposal").waitFor();
      expect(await page.locator(".proposal img").count()).toBe(0);
      expect(await findings(page)).toEqual([]);
      await page.getByRole("button", { name: button }).click();
      await page.getByText(outcome).waitFor();
    }
    expect(await assigned()).toContain("12.00");
    await page.context().close();
  });

  it("loses nothing and repeats nothing when its socket is cut in the middle of an answer", async () => {
    const context = await stage.browser.newContext();
    const page = await context.newPage();
    const routes: WebSocketRoute[] = [];
    await page.routeWebSocket(/\/ws\/chat/, (route) => {
      route.connectToServer();
      routes.push(route);
    });
    await signIn(page, stage.url);
    await page.goto(`${stage.url}/app/assistant`);
    await play({ pieces: ["Ready."] });
    await begin(page, "Ready?");
    await live(page);
    await play({ pieces: LONG, pauseMs: 60 });
    await page.fill("#question", "Long?");
    await page.keyboard.press("Enter");
    for (const word of ["word5", "word25"]) {
      await page.getByText(word).waitFor();
      await routes.at(-1)?.close({ code: 1012 });
    }
    await page.getByText("word59").waitFor();
    expect((await answers(page)).at(-1)?.trim()).toBe(LONG.join("").trim());
    expect(routes.length).toBeGreaterThanOrEqual(3);
    await context.close();
  });

  it("finds an answer under way when the page is opened again", async () => {
    const page = await open();
    await play({ pieces: LONG, pauseMs: 60 });
    await begin(page, "Long again?");
    await page.getByText("word5 ").waitFor();
    await page.reload();
    await page.getByText("word59").waitFor();
    expect((await answers(page)).at(-1)?.trim()).toBe(LONG.join("").trim());
    expect(await page.locator(".asked").count()).toBe(1);
    await page.context().close();
  });

  it("says that it is offline, and sends what was written meanwhile once", async () => {
    const page = await open();
    await play({ pieces: ["Here."] });
    await begin(page, "There?");
    await live(page);
    await page.context().setOffline(true);
    await page.locator('[data-link="offline"]').waitFor();
    await page.fill("#question", "Written offline");
    await page.keyboard.press("Enter");
    await page.getByText("is being sent").waitFor();
    await page.context().setOffline(false);
    await page.locator(".answered").nth(1).waitFor();
    await page.reload();
    await live(page);
    expect((await page.locator(".asked").allTextContents()).filter((text) => text.includes("offline"))).toHaveLength(1);
    await page.context().close();
  });

  it("lets another window take the conversation over, and gives it back", async () => {
    const page = await open();
    await play({ pieces: ["One."] });
    await begin(page, "Which window?");
    await live(page);
    const second = await page.context().newPage();
    await second.goto(page.url());
    await live(second);
    await page.getByRole("button", { name: "Go on here" }).click();
    await live(page);
    await second.locator('[data-link="elsewhere"]').waitFor();
    await page.context().close();
  });
});
