import { ISLANDS } from "#islands";
import type { RootRoute } from "#platform/http/root-route";
import { http } from "#platform/http/problems";

/** The address of an island's script. */
export function scriptOf(island: string): string {
  const address = ISLANDS[island];
  if (address === undefined) throw new TypeError(`There is no island ${island}.`);
  return address;
}

/** A file's name changes with its content, so whoever has it never asks again. */
const FOREVER = "public, max-age=31536000, immutable";

export const islandRoute: RootRoute = {
  method: "GET",
  path: "/assets/:file",
  limit: "public",
  duringMaintenance: true,
  handler: async (c) => {
    const found = await c.env.ASSETS.fetch(new URL(`/assets/${c.req.param("file")}`, c.req.url));
    if (!found.ok) throw http.notFound();
    const answer = new Response(found.body, found);
    answer.headers.set("Cache-Control", FOREVER);
    return answer;
  },
};
