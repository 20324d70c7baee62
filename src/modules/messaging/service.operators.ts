import type { Ctx } from "#platform/ctx";
import { findContact } from "./service.contacts.ts";
import type { Notification } from "./service.ts";
import { notify } from "./service.ts";

/** What operators have to look at. Everything in it goes by mail: ids and amounts, nothing else of anybody. */
export interface OperatorAlert {
  readonly subject: string;
  readonly text: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** The page where it is seen to. */
  readonly path: string;
  /** The same key calls each operator once. */
  readonly dedupeKey: string;
}

/** Calls every administrator, by mail and inside the product: add it to the commit that notes what it is about. */
export async function alertOperators(ctx: Ctx, { dedupeKey, ...alert }: OperatorAlert): Promise<Notification> {
  const data = { ...alert, facts: [...alert.facts] };
  const told: Notification[] = [];
  for (const userId of await ctx.composition.operators(ctx)) {
    const contact = await findContact(ctx, userId);
    if (contact) told.push(await notify(ctx, { contact, kind: "operatorAlert", data, dedupeKey }));
  }
  return { statements: told.flatMap((part) => part.statements), events: told.flatMap((part) => part.events) };
}
