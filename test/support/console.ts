import type { Id } from "#kernel/ids";
import { fundWallet } from "#modules/wallet";
import { rootRoutes } from "../../src/console/routes.tsx";
import { theCourse } from "./academy.ts";
import { aUser } from "./actors.ts";
import type { TestApp } from "./app.ts";
import { bodyOf } from "./app.ts";
import type { Browser, Page } from "./browser.ts";
import { signedIn } from "./browser.ts";
import { Customer } from "./billing.ts";
import { testCtx } from "./ctx.ts";
import { act, anOperatorAtDesk } from "./operators.ts";
import type { OperatorAtDesk } from "./operators.ts";
import { anAd, UNLIMITED } from "./p2p.ts";
import { aPayout } from "./payouts.ts";
import { aPerson } from "./people.ts";
import { aDispute, command, take } from "./trades.ts";
import { anAddress, askWithdrawal, aLargeWithdrawal } from "./wallets.ts";

/** What only fetches a file for a link, and shows no page. */
const FILE = /\.csv$|\/(?:pdf|csv)$/;

/** The addresses of the console's pages, as the route table has them. */
export const PAGES: readonly string[] = rootRoutes
  .filter(({ method, path }) => method === "GET" && /^\/(?:app|admin)(?:\/|$)/.test(path) && !FILE.test(path))
  .map(({ path }) => path);

/** The page of the route table that an address leads to. */
export function pageOf(address: string): string | undefined {
  const { pathname } = new URL(address, "https://bourse.test");
  if (PAGES.includes(pathname)) return pathname;
  return PAGES.find((path) => new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}$`).test(pathname));
}

/** The application without limits of how often, for tests that look at everything. */
export function unlimited(app: TestApp): TestApp {
  return {
    ...app,
    call: async (line, call = {}) => await app.call(line, { ...call, env: { ...UNLIMITED, ...call.env } }),
  };
}

/** Enough of one page's addresses to see it with and without what it is about. */
const MOST_OF_ONE = 2;
/** How many pages one account looks at: calls a minute are limited by the account's plan. */
const IN_A_ROW = 40;

/**
 * Every page that can be reached from the pages given within the same part of the console, each address looked at once.
 * Asks for another browser of the same sort when one has looked at enough.
 */
export async function crawl(next: () => Promise<Browser>, begin: readonly string[]): Promise<Map<string, Page>> {
  const part = begin[0]?.startsWith("/admin") === true ? "/admin" : "/app";
  const seen = new Map<string, Page>();
  const waiting = [...begin];
  const perPage = new Map<string, number>();
  let browser = await next();
  for (const address of waiting) {
    const pattern = pageOf(address) ?? "";
    const count = perPage.get(pattern) ?? 0;
    if (!pattern.startsWith(part) || seen.has(address) || count >= MOST_OF_ONE) continue;
    perPage.set(pattern, count + 1);
    if (seen.size % IN_A_ROW === IN_A_ROW - 1) browser = await next();
    const page = await browser.get(address);
    seen.set(address, page);
    const links = page.html.matchAll(/href="(\/(?:app|admin)[^"#]*)"/g);
    waiting.push(...[...links].map(([, link = ""]) => link.replaceAll("&amp;", "&")));
  }
  return seen;
}

export interface Tenants {
  readonly customer: Browser;
  readonly desk: OperatorAtDesk;
  /** Pages that no other page links to, or that few do. */
  readonly begin: readonly string[];
}

/** A customer who has used everything, and an operator with something in every queue. */
export async function aBusyHouse(app: TestApp): Promise<Tenants> {
  await app.call("POST /dev/seed");
  await theCourse(app);
  const person = await aPerson(app);
  const as = aUser({ userId: person.user.id as Id<"user">, mfa: true, raisedUntil: Date.now() + 300_000 });
  const buyer = new Customer(app, as, person.email);
  await buyer.subscribe({ plan: "pro" });
  const call = async (line: string, json: unknown): Promise<{ id: string }> => {
    const answer = await app.call(line, { as, json, headers: { "Idempotency-Key": crypto.randomUUID() } });
    if (!answer.ok) throw new Error(`${line}: ${await answer.text()}`);
    return await bodyOf<{ id: string }>(answer);
  };
  await fundWallet(testCtx(app), { userId: as.userId, asset: "USDT", amount: 100_000_000 });
  const withdrawal = await bodyOf<{ id: string }>(
    await askWithdrawal(app, as, { addressId: (await anAddress(app, as.userId)).id }),
  );
  const seller = await aDispute(app);
  const ad = await anAd(app, { userId: seller.deal.seller.userId });
  const trade = await bodyOf<{ id: string }>(await take(app, as, ad.id));
  await command(app, { id: trade.id, as, name: "paid" });
  await call("POST /api/v1/support/tickets", { subject: "Hello", body: "World" });
  await call("POST /api/v1/webhooks", { url: "https://hooks.example.com/in", description: "Mine" });
  const account = await call("POST /api/v1/accounts", { name: "Purse" });
  await call("POST /api/v1/transactions", { accountId: account.id, amount: "-1.00", payee: "Baker" });
  const scan = await call("POST /api/v1/scanner/scans", { name: "All", expression: "close > 0" });
  const customer = await signedIn(app, person);
  await customer.submit(await customer.get(`/app/scanner/scans/${scan.id}`), "run");
  const talk = await call("POST /api/v1/assistant/conversations", {});
  const kept = await customer.submit(await customer.get("/app/settings"), "export");
  await aLargeWithdrawal(app);
  await aPayout(app);
  await app.call("POST /dev/jobs/drain");
  const desk = await anOperatorAtDesk(app, "admin");
  await act(desk, await desk.browser.get("/admin/incidents"), [
    "open",
    { title: "Slow mails", impact: "minor", message: "We are looking." },
  ]);
  const begin = [`/app/withdrawals/${withdrawal.id}`, `/app/assistant/${talk.id}`, kept.location ?? ""];
  return { customer, desk, begin };
}
