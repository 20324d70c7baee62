import { DAY, SECOND } from "#kernel/time";
import type { RootRoute } from "#platform/http/root-route";
import { REFERRAL_COOKIE } from "#platform/http/source";
import { recordVisit } from "./service.members.ts";

const REMEMBERED_SECONDS = (30 * DAY) / SECOND;

/** A member's link: counts the visit, remembers the code for thirty days, and leads to the front page. The last link wins. */
export const rootRoutes: readonly RootRoute[] = [
  {
    method: "GET",
    path: "/r/:code",
    limit: "public",
    handler: async (c) => {
      const asked = c.req.param("code") ?? "";
      const code = /^[A-Za-z0-9]{4,20}$/.test(asked) ? await recordVisit(c.get("ctx"), asked) : null;
      if (code !== null) {
        const parts = [`${REFERRAL_COOKIE}=${code}`, "Path=/", `Max-Age=${REMEMBERED_SECONDS}`, "HttpOnly", "Secure"];
        c.header("Set-Cookie", [...parts, "SameSite=Lax"].join("; "));
      }
      return c.redirect("/", 302);
    },
  },
];
