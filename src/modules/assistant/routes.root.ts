import { CLOSE, VISITOR_HEADER } from "#objects/chat-session";
import type { RootRoute } from "#platform/http/root-route";
import { problems } from "./errors.ts";
import { receive } from "./service.sockets.ts";
import { chat } from "./service.ts";

/** A browser sees only how a socket closes, so whoever is turned away gets a socket that closes at once. */
function turnAway(code: number): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code);
  return new Response(null, { status: 101, webSocket: client });
}

const openChat: RootRoute = {
  method: "GET",
  path: "/ws/chat",
  limit: "public",
  handler: async (c) => {
    if (c.req.header("Upgrade")?.toLowerCase() !== "websocket")
      throw problems.upgradeRequired({
        detail: "Open it with a WebSocket and a ticket of POST /api/v1/assistant/tickets.",
        headers: { Upgrade: "websocket" },
      });
    const ctx = c.get("ctx");
    const welcome = await receive(ctx, {
      token: c.req.query("token") ?? "",
      conversationId: c.req.query("conversationId") ?? null,
      origin: c.req.header("Origin") ?? null,
    });
    if (welcome.state === "turned_away") return turnAway(welcome.code);
    const { visitor } = welcome;
    const headers = { Upgrade: "websocket", [VISITOR_HEADER]: JSON.stringify(visitor) };
    const answer = await chat(ctx, visitor.conversationId).fetch("https://chat.invalid/", { headers });
    return answer.status === 101 ? answer : turnAway(CLOSE.notYours);
  },
};

export const rootRoutes = [openChat] as const;
