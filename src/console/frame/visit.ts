import { findPageSession } from "#modules/identity";
import type { HttpContext } from "#platform/http/env";
import type { Words } from "#console/words/index.ts";
import { wordsFor } from "#console/words/index.ts";
import type { Along, Client, RefusedProblem } from "./client.ts";
import { clientOf } from "./client.ts";

/** One look of one person at one page. */
export interface Visit {
  readonly c: HttpContext;
  /** The API as this person may use it. */
  readonly client: Client;
  readonly user: Visitor;
  readonly csrf: string;
  readonly words: Words;
  readonly locale: string;
  readonly timeZone: string;
  readonly query: URLSearchParams;
  /** A part of the address: `id` in `/app/trades/:id`. */
  readonly param: (name: string) => string;
  /** What became of a form that the API refused, for the page to show it again. */
  readonly refused: Refused | null;
}

export interface Refused {
  readonly problem: RefusedProblem;
  readonly fields: URLSearchParams;
}

export interface Visitor {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly role: "user" | "support" | "admin";
  readonly plan: string;
  readonly mfaEnabled: boolean;
}

/** A form shows by its token that our page has made it; its key makes sending it twice one call. */
function sentWith(form: URLSearchParams): Along {
  return { csrf: form.get("csrf") ?? "", key: form.get("key") ?? crypto.randomUUID() };
}

/** Who looks at the page, by the cookie; null for somebody who is not signed in here. */
export async function startVisit(c: HttpContext, form?: URLSearchParams): Promise<Visit | null> {
  const session = await findPageSession(c.get("ctx"));
  if (!session?.csrfToken) return null;
  const { user, plan, csrfToken: csrf } = session;
  const { id, name, email, role, mfaEnabled } = user;
  return {
    c,
    client: clientOf(c, { ...(form ? sentWith(form) : { csrf }), origin: c.get("ctx").config.publicOrigin }),
    user: { id, name, email, role, plan, mfaEnabled },
    csrf,
    words: wordsFor(user.locale),
    locale: user.locale,
    timeZone: user.timeZone,
    query: new URL(c.req.url).searchParams,
    param: (part) => c.req.param(part) ?? "",
    refused: null,
  };
}
