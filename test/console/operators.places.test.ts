import { describe, expect, it } from "vitest";
import { testApp } from "../support/app.ts";
import { signedIn } from "../support/browser.ts";
import { anOperatorAtDesk } from "../support/operators.ts";
import { aPerson } from "../support/people.ts";
import { PLACES as MENU } from "../support/places.ts";

const app = testApp();

const PLACES = [
  ...MENU,
  "/admin/disputes?state=all",
  "/admin/withdrawals",
  "/admin/payouts",
  "/admin/payouts?status=completed",
  "/admin/readiness?status=fail",
];
/** What support has no business with. */
const FOR_ADMINISTRATORS = [
  "/admin",
  "/admin/refunds",
  "/admin/withdrawals",
  "/admin/payouts",
  "/admin/backups",
  "/admin/audit",
];

describe("the operators' places", () => {
  it("open for administrators, in part for support, and are not there for customers", async () => {
    const { browser: admin } = await anOperatorAtDesk(app, "admin");
    const { browser: support } = await anOperatorAtDesk(app, "support");
    const customer = await signedIn(app, await aPerson(app));
    for (const path of PLACES) {
      expect((await admin.get(path)).status, path).toBe(200);
      const closed = FOR_ADMINISTRATORS.includes(path.split("?")[0] ?? "") || path === "/admin/settings";
      expect((await support.get(path)).status, path).toBe(closed ? 404 : 200);
      expect((await customer.get(path)).status, path).toBe(404);
    }
  }, 60_000);

  it("lead only to places that open", async () => {
    const { browser } = await anOperatorAtDesk(app, "support");
    const { html } = await browser.get("/admin/tickets");
    const links = [...html.matchAll(/href="(\/admin[^"]*)"/g)].map(([, link = ""]) => link);
    const inside = links.filter((link) => link !== "/admin");
    expect(inside.length).toBeGreaterThan(8);
    for (const link of inside) expect((await browser.get(link)).status, link).toBe(200);
  });
});
