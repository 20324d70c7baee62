import { expect } from "vitest";
import type { TestApp } from "./app.ts";
import type { Browser, Page } from "./browser.ts";
import { aBrowser } from "./browser.ts";
import type { TwoFactorPerson } from "./people.ts";
import { aTwoFactorPerson, PASSWORD, row, totp } from "./people.ts";

export interface OperatorAtDesk {
  readonly browser: Browser;
  readonly person: TwoFactorPerson;
}

/** An operator in a browser, with the second factor that operators need. */
export async function anOperatorAtDesk(app: TestApp, role: "support" | "admin"): Promise<OperatorAtDesk> {
  const person = await aTwoFactorPerson(app);
  await row("update identity_users set role = ? where id = ?", role, person.user.id);
  const browser = aBrowser(app);
  const asked = await browser.post("/sign-in", { email: person.email, password: PASSWORD, next: "/admin" });
  const mfaToken = /name="mfaToken" value="([^"]+)"/.exec(asked.html)?.[1] ?? "";
  expect((await browser.post("/sign-in/factor", { mfaToken, code: "000000", next: "/admin" })).status).toBe(401);
  const entered = await browser.post("/sign-in/factor", { mfaToken, code: await totp(person.secret), next: "/admin" });
  expect(entered).toMatchObject({ status: 303, location: "/admin" });
  return { browser, person };
}

/** Sends a form as an operator, and answers the question who sends it where it is asked. */
export async function act(
  { browser, person }: OperatorAtDesk,
  page: Page,
  [action, fields]: readonly [action: string, fields: Readonly<Record<string, string>>],
): Promise<Page> {
  const asked = await browser.submit(page, action, fields);
  if (!asked.html.includes("stepUpCode")) return asked;
  const hidden = [...asked.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const kept = Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, value]));
  return await browser.post(page.path, { ...kept, stepUpCode: await totp(person.secret, 1) });
}

/** What a page says happened, or why not. */
export function saidOf({ html }: Page): string {
  return /<div class="notice[^>]*>(.*?)<\/div>/s.exec(html)?.[1] ?? "";
}
