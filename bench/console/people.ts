import { createGuardrails, generate } from "otplib";
import { DEMO_PASSWORD, DEMO_TOTP_SECRET } from "../../src/modules/identity/demo.ts";

/** Signs a demo account in by the console's own forms, and gives the cookie that says so. */
export async function signInAs(origin: string, email: string): Promise<string> {
  const { answer, cookie } = await send(origin, "/sign-in", { email, password: DEMO_PASSWORD, next: "/app" });
  if (answer.status === 303) return cookie;
  const mfaToken = /name="mfaToken" value="([^"]+)"/.exec(await answer.text())?.[1] ?? "";
  const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10 });
  const code = await generate({ secret: DEMO_TOTP_SECRET, guardrails });
  const second = await send(origin, "/sign-in/factor", { mfaToken, code, next: "/admin" });
  if (second.answer.status !== 303) throw new Error(`${email} could not sign in: ${second.answer.status}`);
  return second.cookie;
}

async function send(origin: string, path: string, fields: Readonly<Record<string, string>>) {
  const answer = await fetch(origin + path, {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin" },
    body: new URLSearchParams(fields).toString(),
  });
  const cookie = answer.headers
    .getSetCookie()
    .map((set) => set.split(";")[0])
    .join("; ");
  return { answer, cookie };
}
