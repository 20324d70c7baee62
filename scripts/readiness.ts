/**
 * `npm run readiness`: the launch checklist of the Bourse that runs on this machine, as its demo administrator.
 * `ADMIN_TOKEN=… npm run readiness -- --url https://bourse.example.com`: that of any other. `--json` prints it as JSON.
 * Ends with 1 when an item fails.
 */
import { createGuardrails, generate } from "otplib";
import { DEMO_PASSWORD, DEMO_TOTP_SECRET } from "../src/modules/identity/demo.ts";
import { command, flagValue, Refusal } from "./project.ts";

interface Item {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly status: "pass" | "warn" | "fail";
  readonly evidence: string;
  readonly fix: string;
}

const MARK = { pass: "✔", warn: "!", fail: "✘" } as const;
/** The demo secret is ten bytes, as authenticators have always taken them. */
const SHORT = createGuardrails({ MIN_SECRET_BYTES: 10 });
const DEMO_ADMIN = "admin@bourse.test";

async function post<T>(url: URL, body: object): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok)
    throw new Refusal(`${url.pathname} answered ${answer.status}: set ADMIN_TOKEN to an administrator's.`);
  return (await answer.json()) as T;
}

/** Development's own administrator; its code works once, so that a second call within half a minute has to wait. */
async function demoToken(origin: string): Promise<string> {
  const credentials = { email: DEMO_ADMIN, password: DEMO_PASSWORD };
  const { mfaToken } = await post<{ mfaToken: string }>(new URL("/api/v1/auth/login", origin), credentials);
  const code = await generate({ secret: DEMO_TOTP_SECRET, guardrails: SHORT });
  const signedIn = await post<{ accessToken: string }>(new URL("/api/v1/auth/login/mfa", origin), { mfaToken, code });
  return signedIn.accessToken;
}

async function ask(origin: string): Promise<Item[]> {
  const token = process.env["ADMIN_TOKEN"] || (await demoToken(origin));
  const answer = await fetch(new URL("/api/v1/admin/readiness", origin), {
    headers: { Authorization: `Bearer ${token}` },
  });
  if (answer.status !== 200)
    throw new Refusal(`It answered ${answer.status}: ADMIN_TOKEN must be an administrator's, with two factors.`);
  return ((await answer.json()) as { data: Item[] }).data;
}

function show(items: readonly Item[]): void {
  for (const [group, list] of Map.groupBy(items, (item) => item.group)) {
    console.log(`\n${group}`);
    for (const { id, status, title, evidence, fix } of list) {
      console.log(`  ${MARK[status]} ${id.padEnd(26)} ${title}: ${evidence}`);
      if (status !== "pass") console.log(`      ${fix}`);
    }
  }
  const count = (status: Item["status"]): number => items.filter((item) => item.status === status).length;
  console.log(`\n${count("pass")} pass, ${count("warn")} to look at, ${count("fail")} fail.`);
}

await command(async () => {
  const origin = flagValue("--url") ?? `http://127.0.0.1:${process.env["PORT"] || "8787"}`;
  const items = await ask(origin).catch((error: unknown) => {
    throw error instanceof TypeError
      ? new Refusal(`Nobody answers at ${origin}: start it, or name another by --url.`)
      : error;
  });
  if (process.argv.includes("--json")) console.log(JSON.stringify({ data: items }, null, 2));
  else show(items);
  return items.some(({ status }) => status === "fail") ? 1 : 0;
});
