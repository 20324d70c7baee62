import { DurableObject } from "cloudflare:workers";
import { Coalescer } from "../../../durable-objects/chat-session/coalescer.ts";
import { countedCall } from "../../../src/platform/ai/crowd.ts";
import { Parts } from "../../../src/platform/ai/parts.ts";
import { EventLines } from "../../../src/platform/ai/sse.ts";

export * from "../../../src/index.ts";

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
}

interface Bound {
  readonly MODELS: Fetcher;
  readonly OPENAI_BASE_URL: string;
}

/**
 * What a chat costs with nothing in it: a frame comes in, a model is asked, its pieces are read, gathered and sent as the
 * product does. Nothing is checked, limited, reserved, remembered or stored.
 */
export class ChatSession extends DurableObject<Env & Bound> {
  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.send(JSON.stringify({ type: "ready", conversationId: "bare", seq: 0 }));
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, data: string): Promise<void> {
    const { id, content } = JSON.parse(data) as { id: string; content: string };
    await countedCall(async () => await this.#relay(socket, id, content));
  }

  async #relay(socket: WebSocket, id: string, content: string): Promise<void> {
    const body = JSON.stringify({ model: "bare", stream: true, messages: [{ role: "user", content }] });
    const { body: stream } = await this.env.MODELS.fetch(`${this.env.OPENAI_BASE_URL}/chat/completions`, {
      method: "POST",
      body,
    });
    let seq = 0;
    const send = (piece: string, done: boolean): void =>
      socket.send(JSON.stringify({ type: "response", id, seq: (seq += 1), content: piece, done }));
    const pieces = new Coalescer((piece) => send(piece, false));
    let said = "";
    const lines = new EventLines((event) => {
      if (event !== "[DONE]") said += (JSON.parse(event) as Chunk).choices[0]?.delta.content ?? "";
    });
    const parts = new Parts(stream as ReadableStream<Uint8Array>);
    for (let part = await parts.next(); part; part = await parts.next()) {
      lines.write(part);
      if (said !== "") pieces.push(said);
      said = "";
    }
    pieces.flush();
    send("", true);
  }
}

export default {
  fetch: async (request: Request, env: Env): Promise<Response> =>
    await env.CHAT_SESSION.getByName(new URL(request.url).search).fetch(request),
};
