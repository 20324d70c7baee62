import { CLOSE, VISITOR_HEADER } from "#objects/escrow-trade";
import type { RootRoute } from "#platform/http/root-route";
import { problems } from "./errors.ts";
import { tradeObject } from "./service.commands.ts";
import { receive } from "./service.sockets.ts";

/** A browser sees only how a socket closes, so whoever is turned away gets a socket that closes at once. */
function turnAway(code: number): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code);
  return new Response(null, { status: 101, webSocket: client });
}

const openTrade: RootRoute = {
  method: "GET",
  path: "/ws/trades/:id",
  limit: "public",
  handler: async (c) => {
    if (c.req.header("Upgrade")?.toLowerCase() !== "websocket")
      throw problems.upgradeRequired({
        detail: "Open it with a WebSocket and a ticket of POST /api/v1/p2p/trades/{id}/tickets.",
        headers: { Upgrade: "websocket" },
      });
    const ctx = c.get("ctx");
    const welcome = await receive(ctx, {
      token: c.req.query("token") ?? "",
      tradeId: c.req.param("id") ?? "",
      origin: c.req.header("Origin") ?? null,
    });
    if (welcome.state === "turned_away") return turnAway(welcome.code);
    const { visitor } = welcome;
    const headers = { Upgrade: "websocket", [VISITOR_HEADER]: JSON.stringify(visitor) };
    const answer = await tradeObject(ctx, visitor.tradeId).fetch("https://trade.invalid/", { headers });
    return answer.status === 101 ? answer : turnAway(CLOSE.notYours);
  },
};

export const rootRoutes = [openTrade] as const;
