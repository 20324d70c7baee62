import { z } from "zod";
import { GatewayFailure } from "#modules/gateways";
import type { Ctx } from "#platform/ctx";
import { readPages } from "./pages.ts";
import type { RailRequest } from "./rail.ts";
import { callRazorpayx } from "./razorpayx.client.ts";
import { nameOf } from "./rules.ts";

/** Whom RazorpayX pays: a contact for each person, under our own id of him, and its fund accounts. */

const id = z.string().min(1).max(64);
const made = z.object({ id });

/** What may be repeated without harm has, in effect, not happened when nobody saw its answer. */
async function repeatable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof GatewayFailure) || error.state !== "unknown") throw error;
    throw new GatewayFailure("unavailable", error.code, { cause: error });
  }
}

/** Makes a contact and its fund account known; RazorpayX gives out again what it has. */
export async function prepare(ctx: Ctx, { userId, destination }: RailRequest): Promise<string> {
  const name = nameOf(destination.holderName);
  const contact = { name, type: "customer", reference_id: userId };
  const { id: contact_id } = await repeatable(callRazorpayx(ctx, made, { path: "contacts", body: contact }));
  const { number, ifsc } = destination;
  const account =
    destination.type === "upi"
      ? { account_type: "vpa", vpa: { address: number } }
      : { account_type: "bank_account", bank_account: { name, ifsc, account_number: number } };
  const body = { contact_id, ...account };
  return (await repeatable(callRazorpayx(ctx, made, { path: "fund_accounts", body }))).id;
}

const kept = z.object({
  items: z.array(
    z.object({ id, active: z.boolean(), reference_id: z.string().nullish(), contact_id: z.string().nullish() }),
  ),
});
const PAGE = 100;

type Kept = z.output<typeof kept>["items"][number];

/** RazorpayX deletes neither contacts nor fund accounts: it stops using them. */
export async function forget(ctx: Ctx, userId: string): Promise<void> {
  for (const contact of await listKept(ctx, "contacts", { reference_id: userId })) {
    // A filter that the vendor does not know would name everybody.
    if (contact.reference_id !== userId) continue;
    for (const account of await listKept(ctx, "fund_accounts", { contact_id: contact.id }))
      if (account.contact_id === contact.id) await deactivate(ctx, "fund_accounts", account);
    await deactivate(ctx, "contacts", contact);
  }
}

type Path = "contacts" | "fund_accounts";

async function listKept(ctx: Ctx, path: Path, filter: Readonly<Record<string, string>>): Promise<Kept[]> {
  return await readPages(async (before) => {
    const query = { ...filter, count: String(PAGE), skip: String(before.length) };
    const { items } = await callRazorpayx(ctx, kept, { path, query });
    return { items, more: items.length === PAGE };
  });
}

async function deactivate(ctx: Ctx, path: Path, { id: thing, active }: Kept): Promise<void> {
  if (!active) return;
  const call = { path: `${path}/${encodeURIComponent(thing)}`, method: "PATCH", body: { active: false } } as const;
  await callRazorpayx(ctx, made, call);
}
