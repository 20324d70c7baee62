import { describe, expect, it } from "vitest";
import { evictDurableObject } from "cloudflare:test";
import type { Id } from "#kernel/ids";
import { fundWallet } from "#modules/wallet";
import { anAccount } from "../../support/accounts.ts";
import { aUser, freshId } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { aDeal, command, tradeStub } from "../../support/trades.ts";
import type { Deal, User } from "../../support/trades.ts";
import { closeSockets } from "../../../src/modules/trades/service.sockets.ts";

const app = testApp();

interface Frame {
  readonly type: string;
  readonly [name: string]: unknown;
}

interface Line {
  readonly frames: Frame[];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  until(wanted: (frame: Frame) => boolean): Promise<Frame>;
  send(frame: unknown): void;
}

/** A trade whose parties have accounts and sessions, as sockets need them. */
async function aLiveDeal(): Promise<Deal> {
  const deal = await aDeal(app);
  const [buyer, seller] = [await anAccount(app), await anAccount(app)];
  const swap = "update trades_trades set buyer_id = ?1, seller_id = ?2, maker_id = ?2 where id = ?3";
  await testCtx(app).db.sql(swap, buyer.user.id, seller.user.id, deal.id).run();
  await fundWallet(testCtx(app), { userId: seller.user.id, asset: "USDT", amount: 1 });
  await evictDurableObject(tradeStub(deal.id));
  return { ...deal, buyer: { ...buyer.actor, plan: "enterprise" }, seller: { ...seller.actor, plan: "enterprise" } };
}

async function ticketOf(deal: Deal, as: User): Promise<string> {
  const answer = await app.call(`POST /api/v1/p2p/trades/${deal.id}/tickets`, { as });
  return (await bodyOf<{ token: string }>(answer)).token;
}

async function knock(id: string, token: string, headers: Record<string, string> = {}): Promise<Line> {
  const answer = await app.call(`GET /ws/trades/${id}?token=${token}`, {
    headers: { Upgrade: "websocket", ...headers },
  });
  const socket = answer.webSocket;
  if (!socket) throw new Error(`The address answered ${answer.status}.`);
  const frames: Frame[] = [];
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  let wake = (): void => {};
  socket.addEventListener("message", ({ data }) => {
    frames.push(JSON.parse(String(data)) as Frame);
    wake();
  });
  socket.accept();
  const until = async (wanted: (frame: Frame) => boolean): Promise<Frame> => {
    for (let look = 0; look < 100; look += 1) {
      const found = frames.find(wanted);
      if (found) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, 100);
      });
    }
    throw new Error(`It never came; there was ${JSON.stringify(frames)}`);
  };
  const send = (frame: unknown): void => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  return { frames, socket, closed, until, send };
}

const open = async (deal: Deal, as: User): Promise<Line> => await knock(deal.id, await ticketOf(deal, as));
const stateIs = (state: string) => (frame: Frame) =>
  frame.type === "state" && (frame["trade"] as { state: string }).state === state;

describe("a trade's socket", () => {
  it("shows the trade at once and on each change, each side its own", async () => {
    const deal = await aLiveDeal();
    const [buyer, seller] = [await open(deal, deal.buyer), await open(deal, deal.seller)];
    expect(buyer.frames[0] ?? (await buyer.until(() => true))).toMatchObject({
      type: "state",
      trade: { id: deal.id, role: "buyer", state: "escrowed" },
    });
    await command(app, { id: deal.id, as: deal.buyer, name: "paid" });
    expect(await seller.until(stateIs("paid"))).toMatchObject({ trade: { role: "seller", version: 2 } });
    await buyer.until(stateIs("paid"));
  });

  it("carries what is said to both, once for each id, and keeps it", async () => {
    const deal = await aLiveDeal();
    const [buyer, seller] = [await open(deal, deal.buyer), await open(deal, deal.seller)];
    for (let time = 0; time < 5; time += 1) buyer.send({ type: "message", id: "m1", content: "I pay now." });
    buyer.send({ type: "message", id: "m2", content: "Done." });
    await seller.until(({ content }) => content === "Done.");
    await buyer.until(({ type, id }) => type === "ack" && id === "m2");
    const heard = seller.frames.filter(({ type }) => type === "message");
    expect(heard.map(({ content, from }) => [from, content])).toEqual([
      ["buyer", "I pay now."],
      ["buyer", "Done."],
    ]);
    const again = await open(deal, deal.seller);
    await again.until(({ content }) => content === "Done.");
    const kept = await app.call(`GET /api/v1/p2p/trades/${deal.id}/messages`, { as: deal.seller });
    expect((await bodyOf<{ data: object[] }>(kept)).data.length).toBe(2);
  });

  it("answers what it does not understand with an error, a ping with a pong, and closes on what is too large", async () => {
    const deal = await aLiveDeal();
    const line = await open(deal, deal.buyer);
    line.send("{");
    line.send({ type: "nothing" });
    line.send(`${"[".repeat(5_000)}${"]".repeat(5_000)}`);
    line.socket.send(new Uint8Array([0xff, 0xfe, 0]));
    const errors = () => line.frames.filter(({ code }) => code === "frame_invalid");
    await line.until(() => errors().length === 4);
    line.send({ type: "ping" });
    await line.until(({ type }) => type === "pong");
    line.send("x".repeat(16 * 1024 + 1));
    expect(await line.closed).toBe(4413);
  });

  it("closes on a flood, and the older one of the same person's when a newer one opens", async () => {
    const deal = await aLiveDeal();
    const first = await open(deal, deal.buyer);
    const second = await open(deal, deal.buyer);
    expect(await first.closed).toBe(4409);
    for (let time = 0; time < 60; time += 1) second.send({ type: "message", id: `m${time}`, content: "Hello?" });
    expect(await second.closed).toBe(4429);
  });

  it("wakes with its object after an eviction, for whom it was opened", async () => {
    const deal = await aLiveDeal();
    const [buyer, seller] = [await open(deal, deal.buyer), await open(deal, deal.seller)];
    await evictDurableObject(tradeStub(deal.id));
    buyer.send({ type: "message", id: "m1", content: "Still here." });
    expect(await seller.until(({ type }) => type === "message")).toMatchObject({
      from: "buyer",
      content: "Still here.",
    });
    await command(app, { id: deal.id, as: deal.buyer, name: "paid" });
    expect(await seller.until(stateIs("paid"))).toMatchObject({ trade: { role: "seller" } });
  });

  it("takes nothing more once the trade is over", async () => {
    const deal = await aLiveDeal();
    const line = await open(deal, deal.buyer);
    expect((await command(app, { id: deal.id, as: deal.buyer, name: "cancel" })).status).toBe(200);
    line.send({ type: "message", id: "m1", content: "Still there?" });
    await line.until(({ code }) => code === "chat_closed");
  });

  it("closes when its session ends", async () => {
    const deal = await aLiveDeal();
    const line = await open(deal, deal.buyer);
    await closeSockets(testCtx(app), { userId: deal.buyer.userId, sessionId: deal.buyer.sessionId, except: null });
    expect(await line.closed).toBe(4401);
  });
});

describe("a ticket", () => {
  it("opens one socket, of its trade, for its owner, from our own pages", async () => {
    const [deal, other] = [await aLiveDeal(), await aLiveDeal()];
    const token = await ticketOf(deal, deal.buyer);
    expect(await (await knock(other.id, token)).closed).toBe(4403);
    expect(await (await knock(deal.id, token, { Origin: "https://evil.example" })).closed).toBe(4403);
    await (await knock(deal.id, token)).until(({ type }) => type === "state");
    expect(await (await knock(deal.id, token)).closed).toBe(4401);
    expect(await (await knock(deal.id, "nonsense")).closed).toBe(4401);
    expect((await app.call(`GET /ws/trades/${deal.id}?token=x`)).status).toBe(426);
    expect((await app.call(`POST /api/v1/p2p/trades/${deal.id}/tickets`, { as: aUser() })).status).toBe(404);
  });

  it("lets an arbitrator in while the dispute is theirs, and nobody else of the operators", async () => {
    const deal = await aLiveDeal();
    await command(app, { id: deal.id, as: deal.buyer, name: "paid" });
    await command(app, { id: deal.id, as: deal.buyer, name: "dispute" }, { reason: "I have paid." });
    const { actor } = await anAccount(app, { role: "admin", mfa: true });
    const operator = { ...actor, plan: "enterprise" };
    const ask = async () => await app.call(`POST /api/v1/p2p/trades/${deal.id}/tickets`, { as: operator });
    expect((await ask()).status).toBe(404);
    const sql = "select id from trades_disputes where trade_id = ?";
    const dispute = await testCtx(app).db.sql(sql, deal.id).first<{ id: Id<"disp"> }>();
    await app.call(`POST /api/v1/admin/disputes/${dispute?.id}/assign`, { as: operator });
    const [arbiter, buyer] = [await open(deal, operator), await open(deal, deal.buyer)];
    await arbiter.until(({ type }) => type === "state");
    arbiter.send({ type: "message", id: freshId("msg"), content: "Show me the receipt." });
    expect(await buyer.until(({ type }) => type === "message")).toMatchObject({ from: "arbitrator" });
  });
});
