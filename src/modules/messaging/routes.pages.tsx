import type { Child } from "hono/jsx";
import type { HttpContext } from "#platform/http/env";
import type { RootRoute } from "#platform/http/root-route";
import { readSubscription, unsubscribe } from "./service.unsubscribe.ts";

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const STYLE = "font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem;color:#18181b";
const TITLE = "Unsubscribe";

const page = { path: "/unsubscribe", limit: "public", duringMaintenance: true } as const;

/** RFC 8058: the mail client posts, and it is done. People get a page with a button, because scanners open links. */
export const pageRoutes: readonly RootRoute[] = [
  {
    ...page,
    method: "GET",
    handler: async (c) => {
      const subscription = await readSubscription(c.get("ctx"), tokenOf(c));
      if (!subscription) return await show(c, 400, <p>This link is not good any more.</p>);
      return await show(
        c,
        200,
        <>
          <p>We will not send you this kind of mail any more.</p>
          <form method="post">
            <button type="submit">Unsubscribe</button>
          </form>
        </>,
      );
    },
  },
  {
    ...page,
    method: "POST",
    handler: async (c) => {
      const subscription = await unsubscribe(c.get("ctx"), tokenOf(c));
      if (!subscription) return await show(c, 400, <p>This link is not good any more.</p>);
      return await show(c, 200, <p>Done: this kind of mail has ended. You can choose it again in your account.</p>);
    },
  },
];

function tokenOf(c: HttpContext): string {
  return c.req.query("token") ?? "";
}

async function show(c: HttpContext, status: 200 | 400, children: Child): Promise<Response> {
  c.header("Content-Security-Policy", POLICY);
  const html = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{TITLE}</title>
      </head>
      <body style={STYLE}>
        <main>
          <h1>{TITLE}</h1>
          {children}
        </main>
      </body>
    </html>
  );
  return await c.html(html, status);
}
