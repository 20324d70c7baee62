import { z } from "@hono/zod-openapi";
import { given } from "#kernel/given";
import { toDayNumber } from "#kernel/time";
import { textField } from "#platform/http/fields";
import type { Listing } from "./provider.ts";
import { date } from "./schemas.ts";

const fields = {
  name: textField(200).openapi({ example: "Bada Instruments" }),
  exchange: z
    .string()
    .regex(/^[A-Z0-9]{4}$/)
    .openapi({ description: "Market identifier code, ISO 10383.", example: "XNAS" }),
  kind: z.enum(["stock", "fund", "index"]),
  sector: textField(60).nullable().openapi({ example: "Technology" }),
  industry: textField(60).nullable().openapi({ example: "Semiconductors" }),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable()
    .openapi({ example: "US" }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .openapi({ example: "USD" }),
  state: z.enum(["listed", "halted", "delisted"]),
  listedOn: date.nullable(),
  delistedOn: date.nullable(),
  shares: z.number().positive().max(1e15).nullable().openapi({ example: 120_000_000 }),
  fundamentals: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), z.number()).openapi({ example: { pe: 18.2 } }),
} as const;

export const createSymbol = z
  .strictObject({
    symbol: z
      .string()
      .regex(/^[A-Z0-9][A-Z0-9.\-^]{0,15}$/)
      .openapi({ example: "BADA" }),
    name: fields.name,
    exchange: fields.exchange,
    kind: fields.kind.default("stock"),
    sector: fields.sector.default(null),
    industry: fields.industry.default(null),
    country: fields.country.default(null),
    currency: fields.currency.default("USD"),
    state: fields.state.default("listed"),
    listedOn: fields.listedOn.default(null),
    delistedOn: fields.delistedOn.default(null),
    shares: fields.shares.default(null),
    fundamentals: fields.fundamentals.default({}),
  })
  .openapi("CreateSymbol", { example: { symbol: "BADA", name: "Bada Instruments", exchange: "XNAS" } });

export const updateSymbol = z
  .strictObject(fields)
  .partial()
  .openapi("UpdateSymbol", { example: { sector: "Technology" } });

const dayOf = (text: string | null): number | null => (text === null ? null : toDayNumber(text));

export function readSymbol(body: z.infer<typeof createSymbol>): Listing {
  return { ...body, listedOn: dayOf(body.listedOn), delistedOn: dayOf(body.delistedOn) };
}

/** What was given alone: what was left out stays as it is. */
export function readChanges(body: z.infer<typeof updateSymbol>): Partial<Omit<Listing, "symbol">> {
  const { listedOn, delistedOn, ...rest } = body;
  return given({
    ...rest,
    listedOn: listedOn === undefined ? undefined : dayOf(listedOn),
    delistedOn: delistedOn === undefined ? undefined : dayOf(delistedOn),
  });
}
