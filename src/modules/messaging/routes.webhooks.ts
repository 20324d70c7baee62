import { readBytes } from "#platform/http/body";
import { http } from "#platform/http/problems";
import type { RootRoute } from "#platform/http/root-route";
import { takeResendEvent } from "./service.suppressions.ts";

const BODY_LIMIT_BYTES = 64 * 1024;

/** Where vendors tell what became of what they took. */
export const webhookRoutes: readonly RootRoute[] = [
  {
    method: "POST",
    path: "/webhooks/resend",
    limit: "exempt",
    duringMaintenance: true,
    handler: async (c) => {
      const outcome = await takeResendEvent(c.get("ctx"), {
        id: c.req.header("svix-id")?.slice(0, 200) ?? "",
        timestamp: c.req.header("svix-timestamp") ?? "",
        signatures: c.req.header("svix-signature") ?? "",
        body: new TextDecoder().decode(await readBytes(c.req.raw, BODY_LIMIT_BYTES)),
      });
      if (outcome === "unconfigured") throw http.notFound();
      if (outcome === "forged") throw http.unauthenticated({ detail: "The signature is not good." });
      return c.body(null, 204);
    },
  },
];
