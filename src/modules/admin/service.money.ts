import { listTrialBalance, writeAmount } from "#modules/ledger";
import type { Ctx } from "#platform/ctx";

export interface Place {
  readonly place: string;
  readonly asset: string;
  readonly cameIn: string;
  readonly wentOut: string;
  readonly there: string;
}

const PREFIX = "clearing:";
/** What is set aside to swap with never leaves the house. */
const INSIDE = "clearing:swap";

/** Where money lies outside the books, by the books: what came in there, what went out, and what is left. */
export async function listPlaces(ctx: Ctx): Promise<Place[]> {
  const rows = await listTrialBalance(ctx);
  return rows
    .filter(({ code }) => code.startsWith(PREFIX) && code !== INSIDE)
    .map(({ code, asset, debitsPosted, creditsPosted }) => ({
      place: code.slice(PREFIX.length),
      asset,
      cameIn: writeAmount(debitsPosted, asset),
      wentOut: writeAmount(creditsPosted, asset),
      there: writeAmount(debitsPosted - creditsPosted, asset),
    }));
}
