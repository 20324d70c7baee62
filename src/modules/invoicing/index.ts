import type { Ctx } from "#platform/ctx";
import type { Module, ReadinessItem } from "#platform/module";
import { jobs } from "./jobs.ts";
import { eraseUser, exportUser, listSeries } from "./repository.ts";
import { routes } from "./routes.ts";

export type { Line } from "./rules.ts";
export type { CreditInput, InvoiceInput, Written } from "./service.ts";
export { writeCreditNote, writeInvoice } from "./service.ts";
export { taxFor } from "./service.tax.ts";

async function readiness(ctx: Ctx): Promise<readonly ReadinessItem[]> {
  const series = await listSeries(ctx);
  const broken = series.filter(({ last, count }) => last !== count);
  return [
    {
      id: "invoicing.numbers",
      group: "legal",
      title: "Invoice numbers have no gap",
      status: broken.length === 0 ? "pass" : "fail",
      evidence:
        broken.length === 0
          ? `${series.length} series are whole.`
          : `Broken: ${broken.map(({ series: name }) => name).join(", ")}.`,
      fix: "Somebody with the keys of the database has removed a document; restore it from a backup.",
    },
    {
      id: "invoicing.seller",
      group: "legal",
      title: "Invoices say who sells",
      status: ctx.config.seller.length > 1 ? "pass" : "warn",
      evidence: `${ctx.config.seller.length} lines.`,
      fix: "Set SELLER to your name, address and tax number, with | between the lines.",
    },
  ];
}

/** Invoices and credit notes: numbered without gaps, never changed, as JSON, page and PDF. */
export const invoicing = {
  name: "invoicing",
  required: true,
  routes,
  jobs,
  readiness,
  exportUser,
  eraseUser: async (ctx, userId) => await Promise.resolve([eraseUser(ctx, userId)]),
} as const satisfies Module;
