import type { Params, World } from "../razorpay/world.ts";
import { page, Refused, speaking } from "../razorpay/world.ts";
import type { Running, Thing } from "../simulator.ts";
import { simulate } from "../simulator.ts";

/**
 * RazorpayX on loopback: contacts, fund accounts and payouts. A contact or fund account that is there is given out again; a
 * payout is known again by its idempotency key.
 */

const ACCOUNT = "7878780080316316";

function checkPayout({ account_number, amount, currency, mode, reference_id, narration }: Params): void {
  const refuse = (what: string): never => {
    throw new Refused(`The ${what} is invalid.`);
  };
  if (account_number !== ACCOUNT) refuse("account number");
  if (typeof amount !== "number" || amount < 100) refuse("amount");
  if (currency !== "INR") refuse("currency");
  if (!["NEFT", "RTGS", "IMPS", "UPI"].includes(String(mode))) refuse("mode");
  if (String(reference_id).length > 40) refuse("reference id");
  if (!/^[A-Za-z0-9 ]{1,30}$/.test(String(narration))) refuse("narration");
}

const UNUSED = ["id", "entity", "created_at", "active"];

/** The same again for the same words. */
function find(world: World, kind: string, values: Params): Thing {
  const words = JSON.stringify(values);
  const same = (one: Thing): boolean =>
    JSON.stringify(Object.fromEntries(Object.entries(one).filter(([name]) => !UNUSED.includes(name)))) === words;
  return world.of(kind).find(same) ?? world.make(kind, { active: true, ...values });
}

function pay(world: World, params: Params): Thing {
  const key = world.keys.at(-1) ?? "";
  if (!/^[A-Za-z0-9_-]{4,36}$/.test(key)) throw new Refused("The key is invalid.", "idempotency_key_invalid");
  const again = world.of("pout").find((one) => one["key"] === key);
  if (again) return again;
  checkPayout(params);
  const fund = world.get(params["fund_account_id"]);
  if (fund["active"] !== true) throw new Refused("The fund account is not active.");
  const holder = fund["bank_account"] as { account_number: string } | undefined;
  if (holder?.account_number === "999999999999") throw new Refused("The IFSC is not known.", "invalid_ifsc_code");
  const { account_number: _from, ...rest } = params;
  const made = world.make("pout", {
    ...rest,
    key,
    entity: "payout",
    status: "processing",
    utr: null,
    fees: 590,
    tax: 90,
    status_details: { reason: "payout_bank_processing", description: "", source: "beneficiary_bank" },
  });
  world.tell("payout.initiated", { payout: made });
  return made;
}

/** Things of a kind, newest first, with the values that a filter names. */
function listOf(kind: string, ...filters: readonly string[]) {
  return (world: World, params: Params): unknown => {
    const wanted = (one: Thing): boolean =>
      filters.every((name) => params[name] === undefined || one[name] === params[name]);
    return page(world.of(kind).filter(wanted).toReversed(), params);
  };
}

const get = (world: World, _params: Params, id: string): Thing => world.get(id);
const set = (world: World, params: Params, id: string): Thing => Object.assign(world.get(id), params);

const ROUTES: Readonly<Record<string, (world: World, params: Params, id: string) => unknown>> = {
  "POST /v1/contacts": (world, params) => find(world, "cont", params),
  "GET /v1/contacts": listOf("cont", "reference_id"),
  "PATCH /v1/contacts/:id": set,
  "POST /v1/fund_accounts": (world, params) => {
    world.get(params["contact_id"]);
    const account = params["bank_account"] as { ifsc: string } | undefined;
    if (account?.ifsc === "NONE0000000") throw new Refused("The IFSC is not known.", "invalid_ifsc_code");
    return find(world, "fa", params);
  },
  "GET /v1/fund_accounts": listOf("fa", "contact_id"),
  "PATCH /v1/fund_accounts/:id": set,
  "POST /v1/payouts": pay,
  "GET /v1/payouts": listOf("pout", "reference_id"),
  "GET /v1/payouts/:id": get,
};

/** What banks and the vendor's own people do. */
const ACTIONS: Readonly<Record<string, (world: World, params: Params) => unknown>> = {
  move: (world, { id, ...values }) => {
    const payout = set(world, values, String(id));
    world.tell(`payout.${String(values["event"] ?? values["status"])}`, { payout });
    return payout;
  },
  rogue: (world, { amount, reference_id, copies }) => {
    const made = (): Thing =>
      world.make("pout", {
        amount,
        currency: "INR",
        status: "processed",
        utr: "UTR0",
        reference_id: reference_id ?? null,
      });
    for (let left = Number(copies ?? 1); left > 1; left -= 1) made();
    return made();
  },
};

const BROKEN = { error: { code: "SERVER_ERROR" } };

export async function startRazorpayx(): Promise<Running> {
  return await simulate({
    ...speaking("razorpayx_key_secret"),
    routes: ROUTES,
    actions: ACTIONS,
    keyHeader: "x-payout-idempotency",
    before: {
      fail: { status: 500, body: BROKEN },
      refuse: { status: 429, body: BROKEN },
      deny: { status: 400, body: undefined },
    },
    instead: {
      "take-and-fail": { status: 500, body: BROKEN },
      "take-and-garble": { status: 200, body: { nonsense: true } },
    },
  });
}
