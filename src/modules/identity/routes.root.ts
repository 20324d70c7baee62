import type { RootRoute } from "#platform/http/root-route";
import { signingKeys } from "./signing-keys.ts";

/** Shorter than a key is published before it signs. */
const KEY_SET_SECONDS = 300;

/** The public keys by which anybody can verify our access tokens. */
const keySet: RootRoute = {
  method: "GET",
  path: "/.well-known/jwks.json",
  limit: "public",
  duringMaintenance: true,
  handler: async (c) => {
    const keys = (await signingKeys(c.get("ctx"))).map(({ publicJwk }) => publicJwk);
    return c.json({ keys }, 200, { "Cache-Control": `public, max-age=${KEY_SET_SECONDS}` });
  },
};

export const rootRoutes: readonly RootRoute[] = [keySet];
