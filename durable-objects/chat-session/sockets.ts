import type { CloseCode, Farewell, Visitor } from "./contract.ts";
import { CLOSE } from "./contract.ts";
import type { Allowance } from "./machine.ts";
import { fullAllowance, spend } from "./machine.ts";

/** What goes with a socket through hibernation. */
export interface Attachment {
  readonly visitor: Visitor;
  /** Whether frames go out as they come; one that joins during an answer waits for its `resume`. */
  readonly live: boolean;
  readonly openedAt: number;
}

/** What a client may leave unread; some sixteen long answers. */
const UNREAD_MAX = 1_024 * 1_024;
/**
 * What a client is taken to have read in each second up to a sign of life, in characters: more than any model writes.
 * Speaking alone proves no reading, since a client may ask for everything again and again and take none of it.
 */
const READ_PER_SECOND = 16 * 1_024;

interface Flow {
  allowance: Allowance;
  /** Characters that the client has not been taken to have read. */
  unread: number;
  heardAt: number;
}

/** The sockets of a conversation: one at a time, since a newer one replaces it. */
export class Sockets {
  readonly #state: DurableObjectState;
  /** A cache: a socket that was hibernated begins with a full allowance. */
  readonly #flows = new WeakMap<WebSocket, Flow>();
  /** A cache of what goes with each socket: to read it out of the platform takes its copy. */
  readonly #attachments = new WeakMap<WebSocket, Attachment>();
  #live: WebSocket | null | undefined;

  constructor(state: DurableObjectState) {
    this.#state = state;
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('{"type":"ping"}', '{"type":"pong"}'));
  }

  /** Takes a socket in and sends the ones before it away. */
  accept(socket: WebSocket, attachment: Attachment): void {
    for (const other of this.#state.getWebSockets()) close(other, CLOSE.replaced);
    this.#state.acceptWebSocket(socket);
    this.attach(socket, attachment);
  }

  attach(socket: WebSocket, attachment: Attachment): void {
    socket.serializeAttachment(attachment);
    this.#attachments.set(socket, attachment);
    this.#live = undefined;
  }

  attachmentOf(socket: WebSocket): Attachment | null {
    const known = this.#attachments.get(socket);
    if (known) return known;
    const attachment = socket.deserializeAttachment() as Attachment | null;
    if (attachment) this.#attachments.set(socket, attachment);
    return attachment;
  }

  /** Who is there, if anybody is. */
  visitor(): Visitor | null {
    const open = this.#state.getWebSockets().find(({ readyState }) => readyState === WebSocket.OPEN);
    return (open && this.attachmentOf(open)?.visitor) ?? null;
  }

  /** Counts a frame that came in; false when there were too many. */
  admit(socket: WebSocket, now: number, sense: boolean): boolean {
    const flow = this.#flowOf(socket, now);
    const left = spend(flow.allowance, now, sense);
    if (left === null) return false;
    flow.allowance = left;
    hear(flow, now);
    return true;
  }

  send(socket: WebSocket, text: string): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    const flow = this.#flowOf(socket, 0);
    flow.unread += text.length;
    if (flow.unread > UNREAD_MAX) {
      // A ping that the platform has answered is a sign of life too.
      hear(flow, this.#pingedAt(socket));
      if (flow.unread > UNREAD_MAX) return close(socket, CLOSE.idle);
    }
    try {
      socket.send(text);
    } catch {
      close(socket, CLOSE.restart);
    }
  }

  /** Sends to the socket that follows along; whoever is not there asks for it by `resume`. */
  broadcast(text: string): void {
    const live = this.#findLive();
    if (live) this.send(live, text);
  }

  /** When somebody was last heard of over a socket. */
  lastHeard(socket: WebSocket): number {
    const spoke = this.#flows.get(socket)?.heardAt ?? 0;
    return Math.max(this.#pingedAt(socket), spoke, this.attachmentOf(socket)?.openedAt ?? 0);
  }

  all(): WebSocket[] {
    return this.#state.getWebSockets();
  }

  closeWhere({ code, sessionId, except }: Farewell): void {
    for (const socket of this.all()) {
      const session = this.attachmentOf(socket)?.visitor.sessionId ?? null;
      if ((sessionId === null || session === sessionId) && (except === null || session !== except)) close(socket, code);
    }
    this.#live = undefined;
  }

  forget(): void {
    this.#live = undefined;
  }

  #findLive(): WebSocket | null {
    if (this.#live === undefined || this.#live?.readyState !== WebSocket.OPEN)
      this.#live =
        this.all().find((socket) => socket.readyState === WebSocket.OPEN && this.attachmentOf(socket)?.live === true) ??
        null;
    return this.#live;
  }

  #pingedAt(socket: WebSocket): number {
    return this.#state.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
  }

  #flowOf(socket: WebSocket, now: number): Flow {
    const known = this.#flows.get(socket);
    if (known) return known;
    const flow = { allowance: fullAllowance(now), unread: 0, heardAt: now };
    this.#flows.set(socket, flow);
    return flow;
  }
}

function hear(flow: Flow, at: number): void {
  if (at <= flow.heardAt) return;
  flow.unread = Math.max(0, flow.unread - ((at - flow.heardAt) / 1_000) * READ_PER_SECOND);
  flow.heardAt = at;
}

export function close(socket: WebSocket, code: CloseCode): void {
  try {
    socket.close(code);
  } catch {
    // It is closed already.
  }
}
