import { inject } from "vitest";

/** Speaks to the simulated vendors, which run beside the tests. */

interface Taken {
  readonly vendor: string;
  readonly to: string;
  readonly raw: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly user: string | null;
}

export interface Seen {
  /** How often anybody tried. */
  readonly calls: number;
  readonly taken: readonly Taken[];
}

export const ports = inject("vendors");
const control = `http://127.0.0.1:${ports.http}/control`;

/** What becomes of each try to write to a recipient; after that, all is taken. */
export async function planFor(to: string | null, ...behaviours: readonly string[]): Promise<void> {
  const address = `${control}?to=${encodeURIComponent(to ?? "")}`;
  await fetch(address, { method: "PUT", body: JSON.stringify(behaviours) });
}

export async function seenBy(to: string | null): Promise<Seen> {
  return await (await fetch(`${control}?to=${encodeURIComponent(to ?? "")}`)).json<Seen>();
}

const QUICK = { MESSAGE_TIMEOUT_MS: "300" };
const http = `http://127.0.0.1:${ports.http}`;

/** Settings that point the product at the simulated vendors. */
export const settings = {
  smtp: { ...QUICK, SMTP_HOST: "127.0.0.1", SMTP_PORT: String(ports.smtp) },
  resend: { ...QUICK, RESEND_API_KEY: "re_test", RESEND_API_BASE: `${http}/resend` },
  twilio: {
    ...QUICK,
    TWILIO_ACCOUNT_SID: "AC123",
    TWILIO_AUTH_TOKEN: "token",
    TWILIO_FROM: "+15005550006",
    TWILIO_API_BASE: `${http}/twilio`,
  },
  gateway: { ...QUICK, SMS_API_BASE: `${http}/gateway`, SMS_API_KEY: "gateway_key" },
} as const;
