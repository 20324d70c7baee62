import type { ClientFrame, ServerFrame } from "#objects/chat-session";
import { ask, Refusal } from "#console/frame/client.ts";
import { converse, openSocket } from "#console/frame/socket.ts";
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

export async function askInPlace(visit: Visit, { conversationId, id, content, wait }: Question): Promise<void> {
  const { url } = await ask(visit.client.assistant.tickets.$post({ json: { conversationId } }));
  const socket = await openSocket(visit, url);
  const question: ClientFrame = { type: "message", id, content };
  await converse(socket, (heard, done) => {
    const frame = heard as ServerFrame;
    if (frame.type === "ready") socket.send(JSON.stringify(question));
    if (frame.type === "error") throw refusalOf(frame);
    if (frame.type === "ack" && frame.id === id && !wait) done();
    if (frame.type === "response" && frame.id === id && frame.done) done();
  });
}

function refusalOf({ code, message }: Extract<ServerFrame, { type: "error" }>): Refusal {
  return new Refusal({ status: code === "quota_exceeded" ? 429 : 422, code, title: message });
}
