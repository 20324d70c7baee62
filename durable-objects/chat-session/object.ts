import { DurableObject } from "cloudflare:workers";
import { isWelcome } from "#modules/assistant";
import { MINUTE, SECOND } from "#kernel/time";
import { flushBeside, meterOf } from "#platform/metrics";
import { compositionOf } from "#platform/composition";
import type { Ctx } from "#platform/ctx";
import { createCtx } from "#platform/ctx";
import { createLogger } from "#platform/log";
import { readFrame } from "#platform/socket-frames";
import type { ChatMessage, ClientFrame, Farewell, MessageQuery, Visitor } from "./contract.ts";
import { clientFrame, CLOSE, VISITOR_HEADER } from "./contract.ts";
import { Conversation } from "./conversation.ts";
import { refuse, write } from "./frames.ts";
import { Leaving } from "./leaving.ts";
import { Preparation, RETRY_MS } from "./preparation.ts";
import { confirm, openProposals } from "./proposals.ts";
import { Rate } from "./rate.ts";
import * as frames from "./storage.frames.ts";
import * as storage from "./storage.ts";
import type { Attachment } from "./sockets.ts";
import { close, Sockets } from "./sockets.ts";

/** A client that is silent for so long, pings included, is gone. By then an answer that was cut off has its end, too. */
const IDLE_MS = 15 * MINUTE;
/** How long a session may go unchecked while its owner writes. */
const VERIFIED_MS = 30 * SECOND;
const RENEW_MS = 10 * SECOND;

/** One conversation: its socket, its messages, and the answer that is under way. */
export class ChatSession extends DurableObject<Env> {
  readonly #sockets: Sockets;
  readonly #conversation: Conversation;
  readonly #preparation: Preparation;
  readonly #leaving = new Leaving();
  readonly #rate = new Rate(this.#leaving);
  #alarmAt: number | null = null;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sockets = new Sockets(state);
    this.#conversation = new Conversation(state.storage, {
      ctxOf: (visitor) => this.#ctxOf(visitor),
      send: (text) => this.#sockets.broadcast(text),
      takePrepared: () => this.#preparation.take(Date.now()),
      ending: () => this.#preparation.tidy(),
      settled: () => this.#preparation.follow(),
      afterwards: (work) => this.#leaving.afterwards(work),
    });
    this.#preparation = new Preparation(state.storage.sql, {
      ctxOf: (visitor) => this.#ctxOf(visitor),
      visitor: () => this.#sockets.visitor(),
      history: () => this.#conversation.history,
      answering: () => this.#conversation.answering,
      wakeBy: (at) => this.#wakeBy(at),
      renew: (now) => this.#renew(now),
    });
    void state.blockConcurrencyWhile(async () => {
      storage.migrate(state.storage);
      this.#alarmAt = await state.storage.getAlarm();
      this.#recover();
    });
  }

  /** Opens a socket for a visitor whom the Worker has let in. */
  override fetch(request: Request): Response {
    const visitor = JSON.parse(request.headers.get(VISITOR_HEADER) ?? "null") as Visitor | null;
    if (!visitor || this.#conversation.erased) return new Response(null, { status: 403 });
    const { 0: client, 1: server } = new WebSocketPair();
    const now = Date.now();
    const { answering, seq } = this.#conversation;
    this.#count("opened");
    this.#sockets.accept(server, { visitor, live: !answering, openedAt: now });
    this.#sockets.send(server, write({ type: "ready", conversationId: visitor.conversationId, seq, answering }));
    for (const text of openProposals(this.ctx.storage.sql, now)) this.#sockets.send(server, text);
    this.#wakeBy(now + IDLE_MS);
    this.#conversation.pump(visitor);
    this.#conversation.lookAhead();
    this.ctx.waitUntil(this.#preparation.prepare(visitor));
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const now = Date.now();
    const attachment = this.#sockets.attachmentOf(socket);
    if (!attachment) return close(socket, CLOSE.ticket);
    const read = readFrame(clientFrame, data);
    if (read.state === "too_large") return close(socket, CLOSE.tooLarge);
    if (!this.#sockets.admit(socket, now, read.state === "frame")) return close(socket, CLOSE.flooding);
    if (read.state === "invalid") return this.#sockets.send(socket, refuse("frame_invalid"));
    const { visitor } = attachment;
    if (read.frame.type !== "ping" && now - visitor.verifiedAt > VERIFIED_MS) {
      if (!(await this.#verify(socket, attachment, now))) return close(socket, CLOSE.ticket);
    }
    await this.#handle(socket, read.frame, visitor);
  }

  override webSocketClose(socket: WebSocket): void {
    // Without an answer the client waits for one, and takes the connection for lost.
    close(socket, CLOSE.normal);
    this.#count("closed");
    this.#left();
  }

  override webSocketError(): void {
    this.#count("closed");
    this.#left();
  }

  #count(change: "opened" | "closed"): void {
    meterOf(this.env).add("chatSockets", [change]);
    flushBeside({ env: this.env, log: createLogger(), defer: (work) => this.ctx.waitUntil(work) });
  }

  /** A page of messages, newest first, with one more if there is one. */
  listMessages(query: MessageQuery): ChatMessage[] {
    this.#conversation.store();
    return storage.listMessages(this.ctx.storage.sql, query);
  }

  closeSockets(farewell: Farewell): void {
    this.#sockets.closeWhere(farewell);
  }

  /** Forgets everything. What is under way ends without a trace. */
  async erase(): Promise<void> {
    this.#conversation.erase();
    this.#sockets.closeWhere({ code: CLOSE.notYours, sessionId: null, except: null });
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#alarmAt = null;
    this.#preparation.forget();
    storage.migrate(this.ctx.storage);
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    const now = Date.now();
    for (const socket of this.#sockets.all())
      if (now - this.#sockets.lastHeard(socket) >= IDLE_MS) close(socket, CLOSE.idle);
    await this.#preparation.deliver();
    await this.#preparation.dropStale(now);
    frames.pruneRuns(this.ctx.storage.sql, now - 24 * 60 * MINUTE);
    this.#preparation.tidy();
    if (this.#preparation.owing || this.#conversation.answering) this.#wakeBy(now + RETRY_MS);
    const [open] = this.#sockets.all();
    if (open) this.#wakeBy(Math.max(now + SECOND, this.#sockets.lastHeard(open) + IDLE_MS));
  }

  async #handle(socket: WebSocket, frame: ClientFrame, visitor: Visitor): Promise<void> {
    if (frame.type === "ping") return this.#sockets.send(socket, write({ type: "pong" }));
    this.#goLive(socket);
    const reply = (text: string): void => this.#sockets.send(socket, text);
    if (frame.type === "resume") return this.#conversation.resume(frame.after, reply);
    if (frame.type === "stop") return this.#conversation.stop();
    const wait = this.#rate.admit(() => this.#ctxOf(visitor), visitor);
    const seconds = wait instanceof Promise ? await wait : wait;
    if (seconds !== null) return reply(refuse("rate_limited", seconds));
    if (frame.type === "message") return this.#conversation.ask(frame, { visitor, reply });
    if (frame.type === "regenerate") return this.#conversation.regenerate({ visitor, reply });
    return reply(await confirm(this.ctx.storage.sql, frame, this.#ctxOf(visitor)));
  }

  /** From now on the socket gets what comes as it comes. */
  #goLive(socket: WebSocket): void {
    const attachment = this.#sockets.attachmentOf(socket);
    if (attachment?.live === false) this.#sockets.attach(socket, { ...attachment, live: true });
  }

  /** Ends what was cut off by an eviction or a deploy. Whoever still has a socket comes back and resumes. */
  #recover(): void {
    if (!this.#conversation.endInterrupted(Date.now())) return;
    for (const socket of this.#sockets.all()) close(socket, CLOSE.restart);
    this.#wakeBy(Date.now() + SECOND);
  }

  #left(): void {
    this.#sockets.forget();
    this.#conversation.save();
    if (this.#sockets.visitor() === null) this.ctx.waitUntil(this.#preparation.drop());
  }

  /** Looks again whether a session is good, while nobody waits for it. */
  async #renew(now: number): Promise<void> {
    for (const socket of this.#sockets.all()) {
      const attachment = this.#sockets.attachmentOf(socket);
      if (!attachment || now - attachment.visitor.verifiedAt < RENEW_MS) continue;
      if (await this.#verify(socket, attachment, now)) continue;
      close(socket, CLOSE.ticket);
    }
  }

  async #verify(socket: WebSocket, attachment: Attachment, now: number): Promise<boolean> {
    const { visitor } = attachment;
    if (!(await isWelcome(this.#ctxOf(visitor), visitor))) return false;
    const { live } = this.#sockets.attachmentOf(socket) ?? attachment;
    this.#sockets.attach(socket, { ...attachment, live, visitor: { ...visitor, verifiedAt: now } });
    return true;
  }

  #wakeBy(at: number): void {
    if (this.#alarmAt !== null && this.#alarmAt <= at) return;
    this.#alarmAt = at;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(at));
  }

  #ctxOf(visitor: Visitor | null): Ctx {
    const { env } = this;
    return createCtx({
      env,
      actor: visitor
        ? {
            kind: "user",
            userId: visitor.userId,
            sessionId: visitor.sessionId,
            role: "user",
            plan: visitor.plan,
            mfa: false,
            raisedUntil: 0,
          }
        : { kind: "system", job: "chat-session" },
      requestId: `chat:${this.ctx.id.name ?? ""}`,
      composition: compositionOf(env),
      defer: (work) => this.ctx.waitUntil(work),
    });
  }
}
