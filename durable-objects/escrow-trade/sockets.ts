import type { CloseCode, Farewell, Visitor } from "./contract.ts";
import { CLOSE } from "./contract.ts";

/** The sockets of a trade: one for each person, since a newer one replaces it. They hibernate; who is there they know. */

/** Frames that a client may have sent beyond its rate; a bucket that fills evenly. */
interface Allowance {
  readonly tokens: number;
  readonly at: number;
}

const BURST = 30;
const PER_SECOND = 1;
/** What makes no sense counts for so many frames that do. */
const NONSENSE = 4;
/** Characters that a client may leave unread while it gives no sign of life. */
const UNREAD_MAX = 512 * 1_024;

interface Flow {
  allowance: Allowance;
  unread: number;
}

interface Attachment {
  readonly visitor: Visitor;
  readonly openedAt: number;
}

export class Sockets {
  readonly #state: DurableObjectState;
  /** A cache: a socket that was hibernated begins with a full allowance. */
  readonly #flows = new WeakMap<WebSocket, Flow>();

  constructor(state: DurableObjectState) {
    this.#state = state;
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('{"type":"ping"}', '{"type":"pong"}'));
  }

  accept(socket: WebSocket, visitor: Visitor, openedAt: number): void {
    for (const other of this.all()) if (this.visitorOf(other)?.userId === visitor.userId) close(other, CLOSE.replaced);
    this.#state.acceptWebSocket(socket);
    socket.serializeAttachment({ visitor, openedAt } satisfies Attachment);
  }

  visitorOf(socket: WebSocket): Visitor | null {
    return this.#attachmentOf(socket)?.visitor ?? null;
  }

  /** Notes that a visitor's session was found to be good. */
  verified(socket: WebSocket, now: number): void {
    const attachment = this.#attachmentOf(socket);
    if (!attachment) return;
    socket.serializeAttachment({ ...attachment, visitor: { ...attachment.visitor, verifiedAt: now } });
  }

  /** Counts a frame that came in; false when there were too many. */
  admit(socket: WebSocket, now: number, sense: boolean): boolean {
    const flow = this.#flowOf(socket, now);
    const { tokens, at } = flow.allowance;
    const filled = Math.min(BURST, tokens + (Math.max(0, now - at) / 1_000) * PER_SECOND);
    const left = filled - (sense ? 1 : NONSENSE);
    if (left < 0) return false;
    flow.allowance = { tokens: left, at: now };
    flow.unread = 0;
    return true;
  }

  send(socket: WebSocket, text: string): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    const flow = this.#flowOf(socket, 0);
    flow.unread += text.length;
    if (flow.unread > UNREAD_MAX && this.lastHeard(socket) <= flow.allowance.at) return close(socket, CLOSE.idle);
    try {
      socket.send(text);
    } catch {
      close(socket, CLOSE.restart);
    }
  }

  /** When somebody was last heard of over a socket; a ping that the platform has answered counts. */
  lastHeard(socket: WebSocket): number {
    const ping = this.#state.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    const spoke = this.#flows.get(socket)?.allowance.at ?? 0;
    return Math.max(ping, spoke, this.#attachmentOf(socket)?.openedAt ?? 0);
  }

  all(): WebSocket[] {
    return this.#state.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN);
  }

  closeWhere({ code, userId, sessionId, except }: Farewell): void {
    for (const socket of this.all()) {
      const visitor = this.visitorOf(socket);
      if (visitor?.userId !== userId) continue;
      const session = visitor.sessionId;
      if ((sessionId === null || session === sessionId) && (except === null || session !== except)) close(socket, code);
    }
  }

  #attachmentOf(socket: WebSocket): Attachment | null {
    return socket.deserializeAttachment() as Attachment | null;
  }

  #flowOf(socket: WebSocket, now: number): Flow {
    const known = this.#flows.get(socket);
    if (known) return known;
    const flow = { allowance: { tokens: BURST, at: now }, unread: 0 };
    this.#flows.set(socket, flow);
    return flow;
  }
}

export function close(socket: WebSocket, code: CloseCode): void {
  try {
    socket.close(code);
  } catch {
    // It is closed already.
  }
}
