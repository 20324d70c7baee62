import { z } from "zod";
import { given } from "#kernel/given";
import { SECOND } from "#kernel/time";
import { readStripe, writeStripe } from "#modules/gateways";
import { readPages } from "./pages.ts";
import type { Rail, RailPayout } from "./rail.ts";

/**
 * Stripe Connect: a transfer to somebody's connected account, which Stripe then pays out to his bank. A transfer has
 * arrived as soon as it is made; what comes back is a reversal of it.
 */

const transfer = z.object({
  id: z.string().min(1).max(255),
  amount: z.int(),
  amount_reversed: z.int().default(0),
  currency: z.string().transform((code) => code.toUpperCase()),
  reversed: z.boolean().default(false),
  transfer_group: z.string().nullish(),
});
const list = z.object({ data: z.array(transfer), has_more: z.boolean() });
const PAGE = 100;

function toPayout({ id, amount, currency, ...from }: z.output<typeof transfer>): RailPayout {
  const key = from.transfer_group ?? null;
  // A part that came back is no state of a payout: the comparison shows that the amount is another one.
  const left = from.reversed ? amount : amount - from.amount_reversed;
  const base = { id, key, amount: left, asset: currency, reference: id };
  return from.reversed
    ? { ...base, state: "reversed", reason: "reversed" }
    : { ...base, state: "processed", reason: null };
}

export const stripeRail: Rail = {
  name: "stripe",
  accepts: ({ type }) => type === "stripe",
  prepare: async (_ctx, { destination }) => await Promise.resolve(destination.number),
  // A connected account is its owner's own: he closes it at Stripe.
  forget: async () => await Promise.resolve(),
  send: async (ctx, { key, amount, asset }, destination) => {
    const params = {
      amount,
      currency: asset.toLowerCase(),
      destination,
      transfer_group: key,
      metadata: { payoutId: key },
    };
    const call = {
      key,
      call: async (client, options) => await client.transfers.create(params, options),
    } satisfies Parameters<typeof writeStripe>[2];
    return toPayout(await writeStripe(ctx, transfer, call));
  },
  find: async (ctx, key) => {
    const { data } = await readStripe(
      ctx,
      list,
      async (client) => await client.transfers.list({ transfer_group: key }),
    );
    const [found] = data;
    return found ? toPayout(found) : null;
  },
  read: async (ctx, id) =>
    toPayout(await readStripe(ctx, transfer, async (client) => await client.transfers.retrieve(id))),
  listSince: async (ctx, since) => {
    const created = { gte: Math.floor(since / SECOND) };
    return await readPages(async (before) => {
      const after = given({ starting_after: before.at(-1)?.id });
      const { data, has_more: more } = await readStripe(
        ctx,
        list,
        async (client) => await client.transfers.list({ created, limit: PAGE, ...after }),
      );
      return { items: data.map(toPayout), more };
    });
  },
};
