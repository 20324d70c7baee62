import type { HttpContext } from "#platform/http/env";
import { showPage } from "#platform/http/page";
import type { RootRoute } from "#platform/http/root-route";
import { readSubscription, unsubscribe } from "./service.unsubscribe.ts";

const TITLE = "Unsubscribe";

const page = { path: "/unsubscribe", limit: "public", duringMaintenance: true } as const;

/** RFC 8058: the mail client posts, and it is done. People get a page with a button, because scanners open links. */
export const pageRoutes: readonly RootRoute[] = [
  {
    ...page,
    method: "GET",
    handler: async (c) => {
      const subscription = await readSubscription(c.get("ctx"), tokenOf(c));
      if (!subscription)
        return await showPage(c, { title: TITLE, status: 400 }, <p>This link is not good any more.</p>);
      return await showPage(
        c,
        { title: TITLE, status: 200 },
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
      if (!subscription)
        return await showPage(c, { title: TITLE, status: 400 }, <p>This link is not good any more.</p>);
      return await showPage(
        c,
        { title: TITLE, status: 200 },
        <p>Done: this kind of mail has ended. You can choose it again in your account.</p>,
      );
    },
  },
];

function tokenOf(c: HttpContext): string {
  return c.req.query("token") ?? "";
}
