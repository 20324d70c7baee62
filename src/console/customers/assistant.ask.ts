import type { ClientFrame, Proposal, ProposalState, ServerFrame } from "#objects/chat-session";
import { ask, Refusal } from "#console/frame/client.ts";
import { converse, openSocket } from "#console/frame/socket.ts";
import type { Visit } from "#console/frame/visit.ts";

/** Speaks with the assistant by forms, without script: the page opens the conversation's socket in place, as a client of its own. */

interface Socket {
  readonly send: (frame: ClientFrame) => void;
  readonly done: () => void;
}

async function talk(visit: Visit, conversationId: string, hear: (frame: ServerFrame, socket: Socket) => void) {
  const { url } = await ask(visit.client.assistant.tickets.$post({ json: { conversationId } }));
  const socket = await openSocket(visit, url);
  const send = (frame: ClientFrame): void => socket.send(JSON.stringify(frame));
  await converse(socket, (heard, done) => {
    const frame = heard as ServerFrame;
    if (frame.type === "error") throw refusalOf(frame);
    hear(frame, { send, done });
  });
}

export interface Question {
  readonly conversationId: string;
  /** The form's own, so that one that is sent twice asks once. */
  readonly id: string;
  readonly content: string;
  /** Whether to wait for the answer: nobody follows it otherwise. */
  readonly wait: boolean;
}

/** @returns whether something waits for the person's word now */
export async function askInPlace(visit: Visit, { conversationId, id, content, wait }: Question): Promise<boolean> {
  let proposed = false;
  await talk(visit, conversationId, (frame, { send, done }) => {
    if (frame.type === "ready") send({ type: "message", id, content });
    if (frame.type === "proposal") proposed ||= frame.state === "open";
    if (frame.type === "ack" && frame.id === id && !wait) done();
    if (frame.type === "response" && frame.id === id && frame.done) done();
  });
  return proposed;
}

/** What waits for the person's word: the socket tells it to whoever opens it, before it answers anything. */
export async function proposalsInPlace(visit: Visit, conversationId: string): Promise<Proposal[]> {
  const open = new Map<string, Proposal>();
  await talk(visit, conversationId, (frame, { send, done }) => {
    if (frame.type === "ready") send({ type: "ping" });
    if (frame.type === "proposal" && frame.state === "open") open.set(frame.id, frame);
    if (frame.type === "pong") done();
  });
  return [...open.values()];
}

export interface Word {
  readonly conversationId: string;
  readonly proposalId: string;
  readonly accept: boolean;
}

/** @returns what became of it: by this word, or by one that was given before */
export async function decideInPlace(
  visit: Visit,
  { conversationId, proposalId, accept }: Word,
): Promise<ProposalState> {
  let state: ProposalState = "open";
  await talk(visit, conversationId, (frame, { send, done }) => {
    if (frame.type === "ready") send({ type: "confirm", proposalId, accept });
    if (frame.type !== "proposal" || frame.id !== proposalId || frame.state === "open") return;
    ({ state } = frame);
    done();
  });
  return state;
}

function refusalOf({ code, message }: Extract<ServerFrame, { type: "error" }>): Refusal {
  return new Refusal({ status: code === "quota_exceeded" ? 429 : 422, code, title: message });
}
