import { beforeAll, describe, expect, it } from "vitest";
import { rootRoutes } from "../../src/console/routes.tsx";
import { testApp } from "../support/app.ts";
import type { Browser, Page } from "../support/browser.ts";
import { aBrowser, signedIn } from "../support/browser.ts";
import type { Tenants } from "../support/console.ts";
import { aBusyHouse, crawl, pageOf, PAGES, unlimited } from "../support/console.ts";
import { anOperatorAtDesk } from "../support/operators.ts";
import { aPerson, PASSWORD } from "../support/people.ts";
import { rows } from "../support/platform.ts";

const app = unlimited(testApp());
const EVIL = "https://evil.test";
/** What a page never says, whatever went wrong behind it. */
const INTERNALS = /SQLITE|D1_ERROR|no such table|\bat \w+ \(|\.tsx?:\d|\[object |Invalid Date|>undefined<|>NaN</;
const WITHOUT_PARTS = PAGES.filter((path) => !path.includes(":"));
const WITH_PARTS = PAGES.filter((path) => path.includes(":"));
/** Pages to enter something for whatever their address names. */
const FOR_ANYTHING = [
  "/admin/assets/:asset",
  "/admin/payment-methods/:fiat/:method",
  "/admin/payout-batches/:id",
  "/admin/taxes/:country",
];
/** What only leads to another page, and changes nothing. */
const LEADING = ["/sign-out undefined", "/admin/taxes open"];
const place = (path: string): string => path.replaceAll(/:\w+/g, "nothing_00000000000000000000000000");

const placesIn = (begin: string): string[] => WITHOUT_PARTS.filter((path) => path.startsWith(begin));

let house: Tenants;
let empty: { readonly customer: Browser; readonly desk: Browser };
let filled: ReadonlyMap<string, Page>;

const forPage = <T>(of: { readonly customer: T; readonly desk: T }, path: string): T =>
  path.startsWith("/admin") ? of.desk : of.customer;

beforeAll(async () => {
  const customer = await signedIn(app, await aPerson(app));
  empty = { customer, desk: (await anOperatorAtDesk(app, "admin")).browser };
}, 30_000);

function expectPage({ html, headers, path }: Page): void {
  expect(headers.get("Content-Type"), path).toContain("text/html");
  expect(html, path).toMatch(/<h1>.+<\/h1>/s);
  expect(html, path).not.toMatch(INTERNALS);
  expect(headers.get("Content-Security-Policy"), path).toContain("frame-ancestors 'none'");
  expect(headers.get("X-Frame-Options"), path).toBe("DENY");
}

describe("every page of the console", () => {
  it("leads whoever is not signed in to the door", async () => {
    for (const path of PAGES) {
      const { status, location } = await aBrowser(app).get(place(path));
      expect({ path, status, location }).toEqual({
        path,
        status: 303,
        location: `/sign-in?next=${encodeURIComponent(place(path))}`,
      });
    }
  });

  it("opens for whoever has nothing yet", async () => {
    for (const path of WITHOUT_PARTS) {
      const page = await forPage(empty, path).get(path);
      expect({ path, status: page.status }).toEqual({ path, status: 200 });
      expectPage(page);
    }
  }, 60_000);

  it("says that there is no such thing where there is none", async () => {
    for (const path of WITH_PARTS.filter((each) => !FOR_ANYTHING.includes(each))) {
      const page = await forPage(empty, path).get(place(path));
      expect({ path, known: [400, 404, 422].includes(page.status) }).toEqual({ path, known: true });
      expectPage(page);
    }
  }, 60_000);

  it("opens for whoever has everything, and leads only to pages that open", async () => {
    house = await aBusyHouse(app);
    const own = await crawl(async () => house.customer, [...placesIn("/app"), ...house.begin]);
    const operator = async (): Promise<Browser> => (await anOperatorAtDesk(app, "admin")).browser;
    const decided = ["/admin/withdrawals?status=all", "/admin/payouts?status=all", ...FOR_ANYTHING.map(place)];
    filled = new Map([...own, ...(await crawl(operator, [...placesIn("/admin"), ...decided]))]);
    for (const [address, page] of filled) {
      // What has to be bought first says so.
      const shut = /^\/app\/(?:lessons|quizzes)\//.test(address) && page.status === 403;
      expect({ address, status: shut ? 200 : page.status }).toEqual({ address, status: 200 });
      expectPage(page);
    }
    const reached = new Set([...filled.keys()].map(pageOf));
    expect(PAGES.filter((path) => !reached.has(path))).toEqual([]);
  }, 120_000);
});

/** A form as a page shows it: its address, its action and what it sends unseen. */
interface ShownForm {
  readonly address: string;
  readonly fields: Readonly<Record<string, string>>;
}

function formsOf(address: string, { html }: Page): ShownForm[] {
  // Forms with files answer by leading back with the reason; the API refuses them by the same token.
  const found = html.matchAll(/<form method="post"(?: action="([^"]+)")?(?![^>]*multipart)[^>]*>(.*?)<\/form>/gs);
  return [...found].map(([, action, inside = ""]) => {
    const hidden = inside.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
    const fields = Object.fromEntries([...hidden].map(([, name = "", value = ""]) => [name, value]));
    return { address: action ?? address, fields };
  });
}

/** Forms that a mail leads to: their token is the credential, and no cookie takes part. */
const BY_TOKEN = ["/verify-email", "/confirm-email", "/reset-password", "/reset-password/mail"];

describe("every form of the console", () => {
  it("is refused from another site, by every route that takes one", async () => {
    const taking = rootRoutes.filter(({ method, path }) => method === "POST" && !BY_TOKEN.includes(path));
    expect(taking.length).toBeGreaterThan(30);
    for (const { path } of taking) {
      const browser = forPage({ customer: house.customer, desk: house.desk.browser }, path);
      const token = /name="csrf" value="([^"]+)"/.exec((await browser.get("/app")).html)?.[1] ?? "";
      for (const action of ["", "save"]) {
        const { status } = await browser.post(place(path), { csrf: token, action }, EVIL);
        expect({ path, status }).toEqual({ path, status: 403 });
      }
    }
  }, 60_000);

  it("is refused without the page's token, for every action that a page shows", async () => {
    const shown = [...filled].flatMap(([address, page]) => formsOf(address, page));
    const once = new Map(
      shown.map((form) => [`${pageOf(form.address) ?? form.address} ${form.fields["action"]}`, form]),
    );
    for (const name of LEADING) once.delete(name);
    expect(once.size).toBeGreaterThan(50);
    for (const [name, { address, fields }] of once) {
      const browser = forPage({ customer: house.customer, desk: house.desk.browser }, address);
      const { status, html } = await browser.post(address, { ...fields, csrf: "" });
      expect({ name, refused: status >= 400 && status < 500 }).toEqual({ name, refused: true });
      expect(html, name).not.toMatch(INTERNALS);
    }
  }, 120_000);
});

describe("the session's cookie", () => {
  it("is out of reach for script, for other sites and for plain HTTP", async () => {
    const { email } = await aPerson(app);
    const { headers } = await aBrowser(app).post("/sign-in", { email, password: PASSWORD, next: "/app" });
    const cookies = headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-/);
      for (const flag of ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"]) expect(cookie).toContain(flag);
      expect(cookie).not.toContain("Domain=");
    }
  });
});

describe("a reading that fails", () => {
  it("shows the error and nothing of what is behind it, on every page", async () => {
    const sql = "select name from sqlite_master where type = 'table'";
    const kept = /^(?:identity|platform|sqlite|_|d1)/;
    // A table that another one points to stays; those that point to it are gone, which is as good.
    for (const { name } of await rows<{ name: string }>(sql))
      if (!kept.test(name)) await rows(`drop table "${name}"`).catch(() => null);
    const failing: string[] = [];
    for (const path of PAGES) {
      const page = await forPage({ customer: house.customer, desk: house.desk.browser }, path).get(place(path));
      expectPage(page);
      if (page.status >= 500) {
        failing.push(path);
        expect(page.html, path).toContain("Something went wrong");
      }
    }
    expect(failing.length).toBeGreaterThan(25);
  }, 60_000);
});
