import { DurableObject } from "cloudflare:workers";
import type { Trade } from "#modules/trades";
import * as trades from "#modules/trades";
import { MINUTE, SECOND } from "#kernel/time";
import { compositionOf } from "#platform/composition";
import type { Actor, Ctx, Source } from "#platform/ctx";
import { createCtx } from "#platform/ctx";
import { accountOf } from "#platform/http/access";
import { createLogger } from "#platform/log";
import { readFrame } from "#platform/socket-frames";
import type { ClientFrame, Command, Farewell, Order, Role, Verdict, Visitor } from "./contract.ts";
import { clientFrame, CLOSE, VISITOR_HEADER } from "./contract.ts";
import { decide, dueCommand, nextTimer } from "./machine.ts";
import { close, Sockets } from "./sockets.ts";

/** A client that is silent for so long, pings included, is gone. */
const IDLE_MS = 15 * MINUTE;
/** How long a session may go unchecked while its socket is in use. */
const VERIFIED_MS = 30 * SECOND;
const RETRY_MS = 30 * SECOND;
/** For so long the copy is believed; a pause may have moved the deadlines of an older one. */
const COPY_MS = 30 * SECOND;
const TRIES = 4;

interface Copy {
  readonly trade: Trade;
  readonly readAt: number;
}

interface Cause {
  readonly actor: Actor;
  readonly requestId: string;
  readonly source?: Source;
}

/**
 * One trade. Commands stand in line here, timers ring here, and here the parties talk; what is true stands in D1. The copy
 * is a cache: without it, or with an old one, the database refuses what does not fit, and the trade is read again.
 */
export class EscrowTrade extends DurableObject<Env> {
  readonly #sockets: Sockets;
  #copy: Copy | null = null;
  #line: Promise<unknown> = Promise.resolve();
  #alarmAt: number | null = null;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sockets = new Sockets(state);
    void state.blockConcurrencyWhile(async () => {
      this.#alarmAt = await state.storage.getAlarm();
    });
  }

  /** Sets the clock of a trade that has begun. Without it the sweeper does, a little later. */
  async begin(trade: Trade): Promise<void> {
    this.#copy ??= { trade, readAt: Date.now() };
    await this.#wakeBy(trade.payBy);
  }

  async obey(order: Order): Promise<Verdict<Trade>> {
    return await this.#inLine(async () => await this.#obey(order));
  }

  /** Does what the clock has to do by now, if anything. Whoever finds an alarm missing calls this. */
  async tick(): Promise<void> {
    await this.#inLine(async () => await this.#tick());
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    try {
      await this.tick();
    } catch (error) {
      createLogger({ module: "trades" }).error("A trade's clock could not act.", { target: this.#id, error });
      await this.#wakeBy(Date.now() + RETRY_MS);
    }
    await this.#dropIdle(Date.now());
  }

  /** Opens a socket for a visitor whom the Worker has let in. */
  override async fetch(request: Request): Promise<Response> {
    const visitor = JSON.parse(request.headers.get(VISITOR_HEADER) ?? "null") as Visitor | null;
    const trade = visitor && (await this.#inLine(async () => await this.#read(false)));
    if (!trade) return new Response(null, { status: 403 });
    const { 0: client, 1: server } = new WebSocketPair();
    const now = Date.now();
    const greeting = await trades.greet(this.#ctxOf(this.#system()), trade, visitor);
    this.#sockets.accept(server, visitor, now);
    for (const frame of greeting) this.#send(server, frame);
    const newest = this.#copy?.trade;
    if (newest && newest.version !== trade.version) this.ctx.waitUntil(this.#tellAll(newest));
    await this.#wakeBy(now + IDLE_MS);
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const now = Date.now();
    const visitor = this.#sockets.visitorOf(socket);
    if (!visitor) return close(socket, CLOSE.ticket);
    const read = readFrame(clientFrame, data);
    if (read.state === "too_large") return close(socket, CLOSE.tooLarge);
    if (!this.#sockets.admit(socket, now, read.state === "frame")) return close(socket, CLOSE.flooding);
    if (read.state === "invalid") return this.#send(socket, trades.frameInvalid);
    if (read.frame.type === "ping") return this.#send(socket, { type: "pong" });
    if (!(await this.#isWelcome(socket, now))) return;
    await this.#say(socket, visitor, read.frame);
  }

  closeSockets(farewell: Farewell): void {
    this.#sockets.closeWhere(farewell);
  }

  /** One after the other; what fails does not hold up what comes after it. */
  async #inLine<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#line.then(work, work);
    this.#line = turn.catch(() => null);
    return await turn;
  }

  async #obey(order: Order): Promise<Verdict<Trade>> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const verdict = await this.#attempt(order, attempt > 0);
      if (verdict) return verdict;
    }
    throw new Error("A trade has moved on under every try.");
  }

  /** Null when the trade was seen to have moved on: look again. */
  async #attempt(order: Order, fresh: boolean): Promise<Verdict<Trade> | null> {
    const certain = fresh || !this.#isCopyGood();
    const trade = await this.#read(fresh);
    const role = trade && roleIn(trade, order);
    if (!role) return { state: "refused", why: "absent", trade };
    const known = trade.events.find(({ commandId }) => commandId === order.commandId);
    if (known) return { state: "done", trade, version: known.version };
    if (await this.#letClockAct(trade)) return null;
    const decision = decide(trades.snapshotOf(trade), { ...order, role, now: Date.now() });
    if (decision.kind === "repeat") return { state: "done", trade, version: trade.version };
    if (decision.kind === "step") return await this.#write(trade, { ...order, role }, decision);
    return certain ? { state: "refused", why: decision.why, trade } : null;
  }

  async #write(
    trade: Trade,
    { command, commandId, role, ...cause }: Cause & Given,
    { rule, deadlines }: Extract<ReturnType<typeof decide>, { kind: "step" }>,
  ): Promise<Verdict<Trade> | null> {
    const ctx = this.#ctxOf(cause);
    this.#copy = null;
    const step = { command, commandId, role, to: rule.to, move: rule.move, deadlines };
    const written = await trades.writeStep(ctx, trade, step);
    if (written.state === "moved") return null;
    if (written.state === "refused") return { state: "refused", why: written.why, trade };
    const after = written.trade;
    this.#copy = { trade: after, readAt: Date.now() };
    const next = nextTimer(trades.snapshotOf(after));
    if (next !== null) await this.#wakeBy(next);
    this.ctx.waitUntil(this.#tellAll(after));
    return { state: "done", trade: after, version: after.version };
  }

  /** What is due goes before any command, so that the moment of the deadline has one outcome. */
  async #letClockAct(trade: Trade): Promise<boolean> {
    const command = dueCommand(trades.snapshotOf(trade), Date.now());
    const cause = this.#system();
    if (!command || (await trades.clocksStand(this.#ctxOf(cause)))) return false;
    const commandId = `timer.${trade.version}`;
    const decision = decide(trades.snapshotOf(trade), {
      command,
      role: "timer",
      expectedVersion: null,
      now: Date.now(),
    });
    if (decision.kind === "step") await this.#write(trade, { ...cause, command, commandId, role: "timer" }, decision);
    return true;
  }

  async #tick(): Promise<void> {
    const trade = await this.#read(true);
    if (!trade) return;
    await this.#letClockAct(trade);
    const after = await this.#read(false);
    const next = after && nextTimer(trades.snapshotOf(after));
    // A deadline that has passed while the clocks stand is looked at again a little later.
    if (next !== null) await this.#wakeBy(next > Date.now() ? next : Date.now() + RETRY_MS);
  }

  #isCopyGood(): boolean {
    return this.#copy !== null && Date.now() - this.#copy.readAt < COPY_MS;
  }

  async #read(fresh: boolean): Promise<Trade | null> {
    if (!fresh && this.#copy && this.#isCopyGood()) return this.#copy.trade;
    const trade = await trades.findTrade(this.#ctxOf(this.#system()), this.#id);
    this.#copy = trade && { trade, readAt: Date.now() };
    return trade;
  }

  get #id(): string {
    return this.ctx.id.name ?? "";
  }

  async #say(socket: WebSocket, visitor: Visitor, frame: Extract<ClientFrame, { type: "message" }>): Promise<void> {
    const trade = await this.#read(false);
    const said = trade && (await trades.say(this.#ctxOf(this.#system()), trade, { visitor, frame }));
    if (!said) return close(socket, CLOSE.notYours);
    this.#send(socket, said.reply);
    if (said.message) for (const other of this.#sockets.all()) this.#send(other, said.message);
  }

  /** Shows everybody who is there the trade as they may see it. */
  async #tellAll(trade: Trade): Promise<void> {
    const sockets = this.#sockets.all();
    if (sockets.length === 0) return;
    const now = Date.now();
    const show = await trades.stateFrames(this.#ctxOf(this.#system()), trade);
    for (const socket of sockets) {
      const visitor = this.#sockets.visitorOf(socket);
      if (visitor && (await this.#isWelcome(socket, now))) this.#send(socket, show(visitor));
    }
  }

  async #isWelcome(socket: WebSocket, now: number): Promise<boolean> {
    const visitor = this.#sockets.visitorOf(socket);
    if (visitor && now - visitor.verifiedAt <= VERIFIED_MS) return true;
    const welcome = visitor !== null && (await trades.isWelcome(this.#ctxOf(this.#system()), visitor));
    if (welcome) this.#sockets.verified(socket, now);
    else close(socket, CLOSE.ticket);
    return welcome;
  }

  async #dropIdle(now: number): Promise<void> {
    for (const socket of this.#sockets.all())
      if (now - this.#sockets.lastHeard(socket) >= IDLE_MS) close(socket, CLOSE.idle);
    const [open] = this.#sockets.all();
    if (open) await this.#wakeBy(Math.max(now + SECOND, this.#sockets.lastHeard(open) + IDLE_MS));
  }

  #send(socket: WebSocket, frame: object): void {
    this.#sockets.send(socket, JSON.stringify(frame));
  }

  async #wakeBy(at: number): Promise<void> {
    if (this.#alarmAt !== null && this.#alarmAt <= at) return;
    this.#alarmAt = at;
    await this.ctx.storage.setAlarm(at);
  }

  #system(): Cause {
    return { actor: { kind: "system", job: "escrow-trade" }, requestId: `trade:${this.#id}` };
  }

  #ctxOf({ actor, requestId, source }: Cause): Ctx {
    const { env } = this;
    return createCtx({
      env,
      actor,
      requestId,
      ...(source ? { source } : {}),
      composition: compositionOf(env),
      defer: (work) => this.ctx.waitUntil(work),
    });
  }
}

function roleIn(trade: Trade, { role, actor }: Order): Role | null {
  return role === "party" ? trades.sideOf(trade, accountOf(actor) ?? "") : role;
}

interface Given {
  readonly command: Command;
  readonly commandId: string;
  readonly role: Role;
}
