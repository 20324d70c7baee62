import type { Id } from "#kernel/ids";
import { toDate } from "#kernel/time";
import { introduce } from "#modules/identity";
import type { Ctx } from "#platform/ctx";

/** What is known of whoever asks, as far as an answer may be made from it: no name, no address, no id. */
export interface Person {
  readonly locale: string;
  readonly currency: string;
  readonly timeZone: string;
  /** For a model to read. */
  readonly facts: string;
}

const NOBODY = { locale: "en", timeZone: "UTC", country: null, displayCurrency: "USD", onboarding: {} };

export async function describePerson(ctx: Ctx, userId: Id<"user">): Promise<Person> {
  const { locale, timeZone, country, displayCurrency, onboarding } = (await introduce(ctx, userId)) ?? NOBODY;
  const known = Object.entries(onboarding).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  const facts = JSON.stringify({
    country,
    currency: displayCurrency,
    locale,
    today: toDate(ctx.now()),
    timeZone,
    ...Object.fromEntries(known),
  });
  return { locale, currency: displayCurrency, timeZone, facts };
}
