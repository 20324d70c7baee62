import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";
import { formatAmount } from "#kernel/money";
import { readBytes } from "#platform/http/body";
import type { HttpContext } from "#platform/http/env";
import type { RootRoute } from "#platform/http/root-route";
import { problems } from "./errors.ts";
import type { Checkout } from "./sandbox-objects.ts";
import { disputeCheckout } from "./service.sandbox-disputes.ts";
import { failCheckout, getCheckout, payCheckout } from "./service.sandbox.ts";

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const STYLE = "font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem;color:#18181b";
const BODY_LIMIT_BYTES = 16 * 1024;
/** Decimals of the assets that checkouts are in; JPY has none. */
const scaleOf = (asset: string): number => (asset === "JPY" ? 0 : 2);

const development = { limit: "exempt", duringMaintenance: true, developmentOnly: true } as const;
const page = "/sandbox/checkout/:id";

/** The sandbox gateway's own page, for development alone. */
export const sandboxRoutes: readonly RootRoute[] = [
  {
    ...development,
    method: "GET",
    path: page,
    handler: async (c) => await show(c, await getCheckout(c.get("ctx"), idOf(c))),
  },
  {
    ...development,
    method: "POST",
    path: `${page}/pay`,
    handler: async (c) => {
      const failsLater = (await fieldOf(c, "card")) === "fails_later";
      return await answer(c, await payCheckout(c.get("ctx"), { checkoutId: idOf(c), failsLater }));
    },
  },
  {
    ...development,
    method: "POST",
    path: `${page}/fail`,
    handler: async (c) => await answer(c, await failCheckout(c.get("ctx"), idOf(c))),
  },
  {
    ...development,
    method: "POST",
    path: `${page}/dispute`,
    handler: async (c) => {
      const outcome = outcomeOf((await fieldOf(c, "outcome")) ?? "");
      const { id, state, reason } = await disputeCheckout(c.get("ctx"), { checkoutId: idOf(c), outcome });
      return c.json({ id, state, reason });
    },
  },
];

function idOf(c: HttpContext): string {
  return c.req.param("id") ?? "";
}

/** How a dispute ends; null where it only begins. */
function outcomeOf(word: string): "won" | "lost" | null {
  if (word === "won" || word === "lost") return word;
  if (word !== "") throw problems.outcomeUnknown({ detail: "Leave `outcome` out to open a dispute." });
  return null;
}

/** One field of the body, which may be JSON, a form or nothing at all. */
async function fieldOf(c: HttpContext, name: string): Promise<string | null> {
  const text = new TextDecoder().decode(await readBytes(c.req.raw, BODY_LIMIT_BYTES));
  if (!(c.req.header("Content-Type") ?? "").startsWith("application/json")) return new URLSearchParams(text).get(name);
  const value = (parse(text) as Record<string, unknown> | null)?.[name] ?? null;
  return typeof value === "string" || value === null ? value : JSON.stringify(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isHtml(c: HttpContext): boolean {
  return c.req.header("Accept")?.includes("text/html") === true;
}

/** People go on to where the checkout leads; programs get its state. */
async function answer(c: HttpContext, checkout: Checkout): Promise<Response> {
  const { successUrl, cancelUrl } = checkout.request;
  if (isHtml(c)) return c.redirect(checkout.state === "complete" ? successUrl : cancelUrl, 303);
  return await Promise.resolve(c.json(present(checkout)));
}

function present({ id, state, paymentId, subscriptionId, request }: Checkout): object {
  const { amount, asset, description, mode } = request;
  return {
    id,
    state,
    mode,
    description,
    amount: formatAmount(amount, scaleOf(asset)),
    asset,
    paymentId,
    subscriptionId,
  };
}

async function show(c: HttpContext, checkout: Checkout): Promise<Response> {
  if (!isHtml(c)) return c.json(present(checkout));
  const { amount, asset, description, mode } = checkout.request;
  c.header("Content-Security-Policy", POLICY);
  return await c.html(
    <Page>
      <p>{description}</p>
      <p>
        {formatAmount(amount, scaleOf(asset))} {asset}
      </p>
      {checkout.state === "open" ? (
        <Forms id={checkout.id} recurring={mode !== "payment"} />
      ) : (
        <p>This checkout is over.</p>
      )}
    </Page>,
  );
}

function Page({ children }: { children: Child }): JSX.Element {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>Sandbox checkout</title>
      </head>
      <body style={STYLE}>
        <main>
          <h1>Sandbox checkout</h1>
          <p>No money moves here.</p>
          {children}
        </main>
      </body>
    </html>
  );
}

function Forms({ id, recurring }: { id: string; recurring: boolean }): JSX.Element {
  const base = `/sandbox/checkout/${encodeURIComponent(id)}`;
  return (
    <>
      <form method="post" action={`${base}/pay`}>
        <button type="submit">Pay</button>
      </form>
      {recurring ? (
        <form method="post" action={`${base}/pay`}>
          <input type="hidden" name="card" value="fails_later" />
          <button type="submit">Pay with a card that is declined later</button>
        </form>
      ) : null}
      <form method="post" action={`${base}/fail`}>
        <button type="submit">Decline</button>
      </form>
    </>
  );
}
