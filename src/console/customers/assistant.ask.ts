import type { ClientFrame, ServerFrame } from "#objects/chat-session";
import { ask, headersOf, Refusal } from "#console/frame/client.ts";
import type { Visit } from "#console/frame/visit.ts";

/** Asks by a form, without script: the page opens the conversation's socket in place, as a client of its own. */

export interface Question {
  readonly conversationId: string;
  /** The form's own, so that one that is sent twice asks once. */
  readonly id: string;
  readonly content: string;
  /** Whether to wait for the answer: nobody follows it otherwise. */
  readonly wait: boolean;
}

const PATIENCE_MS = 8_000;

export async function askInPlace(visit: Visit, question: Question): Promise<void> {
  const { conversationId, id, content, wait } = question;
  const socket = await openSocket(visit, conversationId);
  const told = Promise.withResolvers<void>();
  socket.addEventListener("message", ({ data }) => {
    const frame = JSON.parse(String(data)) as ServerFrame;
    if (frame.type === "ready") send(socket, { type: "message", id, content });
    if (frame.type === "error") told.reject(refusalOf(frame));
    if (frame.type === "ack" && frame.id === id && !wait) told.resolve();
    if (frame.type === "response" && frame.id === id && frame.done) told.resolve();
  });
  socket.addEventListener("close", () => told.resolve());
  const patience = setTimeout(() => told.resolve(), PATIENCE_MS);
  socket.accept();
  try {
    await told.promise;
  } finally {
    clearTimeout(patience);
    socket.close(1000);
  }
}

const send = (socket: WebSocket, frame: ClientFrame): void => socket.send(JSON.stringify(frame));

function refusalOf({ code, message }: Extract<ServerFrame, { type: "error" }>): Refusal {
  return new Refusal({ status: code === "quota_exceeded" ? 429 : 422, code, title: message });
}

async function openSocket({ c, client }: Visit, conversationId: string): Promise<WebSocket> {
  const { url } = await ask(client.assistant.tickets.$post({ json: { conversationId } }));
  const { pathname, search } = new URL(url);
  const headers = headersOf(c, { origin: c.get("ctx").config.publicOrigin });
  headers.set("Upgrade", "websocket");
  const answer = await c.get("dispatch")(new Request(new URL(pathname + search, c.req.url), { headers }));
  if (!answer.webSocket) throw new TypeError(`The chat's address answered ${answer.status}.`);
  return answer.webSocket;
}
