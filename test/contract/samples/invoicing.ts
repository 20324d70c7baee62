import { commit } from "#platform/commit";
import type { Actor } from "#platform/ctx";
import { writeInvoice } from "#modules/invoicing";
import { aUser } from "../../support/actors.ts";
import type { TestApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { rows } from "../../support/platform.ts";
import type { Samples } from "./sample.ts";

async function anInvoice(app: TestApp): Promise<{ as: Actor; params: { id: string } }> {
  const as = aUser();
  const ctx = testCtx(app);
  const { statements, events } = await writeInvoice(ctx, {
    userId: as.userId,
    source: `sample:${as.userId}`,
    asset: "USD",
    lines: [{ description: "Pro, a month", amountMinor: 2_900 }],
    taxMinor: 0,
    status: "paid",
    issuedAt: ctx.now(),
    paidAt: ctx.now(),
    paymentId: null,
  });
  await commit(ctx, statements, { events });
  const [row] = await rows<{ id: string }>("select id from invoicing_documents where user_id = ?", as.userId);
  return { as, params: { id: row?.id ?? "" } };
}

export const invoicing: Samples = {
  listInvoices: async (app) => ({ as: (await anInvoice(app)).as, query: "limit=1", status: 200 }),
  getInvoice: async (app) => ({ ...(await anInvoice(app)), status: 200 }),
  listTaxRates: () => ({ status: 200 }),
  setTaxRates: () => ({
    params: { country: "ZZ" },
    json: { rates: [{ name: "VAT", rateBps: 1_900 }] },
    status: 200,
    creates: true,
  }),
};
