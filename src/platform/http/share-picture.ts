import { html } from "hono/html";
import type { RootRoute } from "./root-route.ts";
import { http } from "./problems.ts";

const PATH = "/share.png";

/** What a link to a public page is shown with where somebody shares it. */
export function sharePicture(origin: string) {
  return html`<meta property="og:image" content="${origin}${PATH}" />
    <meta property="og:image:type" content="image/png" />
    <meta property="og:image:width" content="1200" />
    <meta property="og:image:height" content="630" />
    <meta property="og:image:alt" content="Bourse: accounts, money, markets and lessons, behind one API." />
    <meta name="twitter:card" content="summary_large_image" />`;
}

/** It has one name for good, since pages that were shared long ago still point to it; a day is how long it may be kept. */
export const sharePictureRoute: RootRoute = {
  method: "GET",
  path: PATH,
  limit: "public",
  duringMaintenance: true,
  handler: async (c) => {
    const found = await c.env.ASSETS.fetch(new URL(PATH, c.req.url));
    if (!found.ok) throw http.notFound();
    const answer = new Response(found.body, found);
    answer.headers.set("Cache-Control", "public, max-age=86400");
    // Other sites show it beside the link.
    answer.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
    return answer;
  },
};
