/**
 * What must stay true: money leaves only what was approved; what has ended, ends otherwise only by coming back from the
 * bank; a repeat of what was done is no mistake.
 */

export const STATES = [
  "requested",
  "approved",
  "processing",
  "completed",
  "cancelled",
  "rejected",
  "failed",
  "reversed",
] as const;
export type State = (typeof STATES)[number];

export type Command = "approve" | "cancel" | "reject" | "send" | "complete" | "fail" | "reverse";

/** From which states a command leads where. */
const TABLE: Readonly<Record<Command, { readonly from: readonly State[]; readonly to: State }>> = {
  approve: { from: ["requested"], to: "approved" },
  cancel: { from: ["requested"], to: "cancelled" },
  reject: { from: ["requested", "approved"], to: "rejected" },
  send: { from: ["approved"], to: "processing" },
  complete: { from: ["approved", "processing"], to: "completed" },
  fail: { from: ["approved", "processing"], to: "failed" },
  reverse: { from: ["completed"], to: "reversed" },
};

export type Step =
  | { readonly kind: "move"; readonly to: State }
  | { readonly kind: "done" }
  | { readonly kind: "illegal" };

/** What a command does to a payout. */
export function step(state: State, command: Command): Step {
  const { from, to } = TABLE[command];
  if (state === to) return { kind: "done" };
  return from.includes(state) ? { kind: "move", to } : { kind: "illegal" };
}

/** How many operators have to agree. */
export function approvalsNeeded(grossMinor: number, secondAboveMinor: number): 1 | 2 {
  return grossMinor > secondAboveMinor ? 2 : 1;
}

export type BankType = "ifsc" | "iban" | "upi" | "stripe";

/** What each kind of account is paid in. */
export const ASSET_OF: Readonly<Record<BankType, "INR" | "EUR" | "USD">> = {
  ifsc: "INR",
  upi: "INR",
  iban: "EUR",
  stripe: "USD",
};

const ACCOUNT = /^[0-9A-Z]{5,35}$/;
const IFSC = /^[A-Z]{4}0[A-Z0-9]{6}$/;
const UPI = /^[a-z0-9._-]{2,64}@[a-z][a-z0-9]{1,31}$/;
const CONNECTED = /^acct_[A-Za-z0-9]{8,40}$/;
const IBAN = /^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/;

export interface BankDetails {
  readonly type: BankType;
  readonly accountNumber: string;
  readonly ifsc: string | null;
}

export type Normalised =
  | { readonly ok: true; readonly details: BankDetails }
  | { readonly ok: false; readonly path: "accountNumber" | "ifsc"; readonly message: string };

/** Brings an account's details to one spelling, and refuses what no bank could have given out. */
export function normalise({ type, accountNumber, ifsc }: BankDetails): Normalised {
  const number = accountNumber.replaceAll(/[\s-]/g, "");
  if (type !== "ifsc") return checkOne(type, type === "iban" ? number.toUpperCase() : accountNumber.trim());
  if (!ACCOUNT.test(number.toUpperCase()))
    return { ok: false, path: "accountNumber", message: "An account number has 5 to 35 letters and digits." };
  const code = (ifsc ?? "").trim().toUpperCase();
  if (!IFSC.test(code)) return { ok: false, path: "ifsc", message: "An IFSC looks like HDFC0001234." };
  return { ok: true, details: { type, accountNumber: number.toUpperCase(), ifsc: code } };
}

const FORMS: Readonly<Record<Exclude<BankType, "ifsc">, { good: (text: string) => boolean; message: string }>> = {
  upi: { good: (text) => UPI.test(text), message: "A UPI address looks like name@bank." },
  stripe: {
    good: (text) => CONNECTED.test(text),
    message: "A connected account of Stripe looks like acct_1Nv0FGQ9RKHgCVdK.",
  },
  iban: {
    good: (text) => IBAN.test(text) && checksum(text) === 1,
    message: "This is no IBAN: its check digits do not fit.",
  },
};

/** Checks an account that is one text and nothing beside it. */
function checkOne(type: Exclude<BankType, "ifsc">, text: string): Normalised {
  const accountNumber = type === "upi" ? text.toLowerCase() : text;
  const { good, message } = FORMS[type];
  if (!good(accountNumber)) return { ok: false, path: "accountNumber", message };
  return { ok: true, details: { type, accountNumber, ifsc: null } };
}

/** ISO 7064 MOD 97-10 over the rearranged IBAN; 1 when it is good. */
function checksum(iban: string): number {
  const rearranged = `${iban.slice(4)}${iban.slice(0, 4)}`;
  return Array.from(rearranged).reduce((rest, char) => {
    const value = Number.parseInt(char, 36);
    return (rest * (value > 9 ? 100 : 10) + value) % 97;
  }, 0);
}
