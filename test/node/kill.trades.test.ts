import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Killable } from "./support/killable.ts";
import { bundleForKills, startKillable } from "./support/killable.ts";
import { makeId } from "../../src/kernel/ids.ts";

const MINUTE = 60_000;
const FUNDS = 10_000_000_000;
/** Part of every commit that begins or moves a trade. */
const TRANSITION = 'insert into "trades_transitions"';

interface Dump {
  readonly transitions: { readonly tradeId: string; readonly version: number; readonly state: string }[];
  readonly accounts: { readonly id: string; readonly balance: number; readonly closed: number }[];
  readonly audit: { readonly target: string; readonly action: string }[];
  readonly failures: object[];
}

interface Answer {
  readonly status: number;
  readonly body: { readonly id: string; readonly state: string; readonly version: number };
}

interface Call {
  readonly as: ReturnType<typeof someone>;
  readonly path: string;
  readonly body: object;
  readonly key: string;
}

function someone() {
  const id = (prefix: "user" | "sess") => makeId(prefix, Date.now(), randomBytes(10));
  const rights = { role: "user", plan: "enterprise", mfa: true, raisedUntil: Number.MAX_SAFE_INTEGER };
  return { kind: "user", userId: id("user"), sessionId: id("sess"), ...rights };
}

let folder: string;
let bundle: string;
let server: Killable;
let clockAheadMs = 0;
const [seller, buyer] = [someone(), someone()];

/** Two minutes later: the claims of the dead have run out. */
async function restart(): Promise<void> {
  clockAheadMs += 2 * MINUTE;
  server = await startKillable({ bundle, stateDir: path.join(folder, "state"), clockAheadMs, pauseMs: 1 });
}

async function send({ as, path: at, body, key }: Call): Promise<Answer | null> {
  const headers = {
    "Content-Type": "application/json",
    "Idempotency-Key": key,
    "X-Test-Actor": JSON.stringify(as),
  };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const response = await fetch(`${server.url}/api/v1${at}`, init).catch(() => null);
  return response && { status: response.status, body: (await response.json()) as Answer["body"] };
}

async function dump(): Promise<Dump> {
  return (await (await fetch(`${server.url}/kill/trades`)).json()) as Dump;
}

/** Sends a call whose commit goes through and whose answer does not: the process is killed between the two. */
async function sendUnheard(call: Call, version: number): Promise<void> {
  await fetch(`${server.url}/kill/unheard?holding=${encodeURIComponent(TRANSITION)}`);
  const answer = send(call);
  await expect.poll(async () => (await dump()).transitions.length, { timeout: 20_000 }).toBe(version);
  await server.kill();
  expect(await answer).toBeNull();
  await restart();
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "bourse-kill-trades-"));
  bundle = await bundleForKills(path.join(folder, "bundle"));
  await restart();
});

afterAll(async () => {
  await server.kill();
  rmSync(folder, { recursive: true, force: true });
});

describe("a trade whose process is killed between its commit and the answer", () => {
  it("answers the repeat of each command with what the first one did, and has moved its money once", async () => {
    const opened = await fetch(`${server.url}/kill/market?seller=${seller.userId}`);
    const { adId } = (await opened.json()) as { adId: string };
    const take = { as: buyer, path: `/p2p/ads/${adId}/trades`, body: { fiatAmount: "9000.00", paymentMethod: "upi" } };
    const first: Call = { ...take, key: randomUUID() };
    await sendUnheard(first, 1);
    const taken = await send(first);
    expect(taken).toMatchObject({ status: 201, body: { state: "escrowed", version: 1 } });
    const id = taken?.body.id ?? "";
    const calls: [Call, number, string][] = [[first, 1, "escrowed"]];
    const commands = [
      ["paid", buyer, "paid"],
      ["release", seller, "released"],
    ] as const;
    for (const [index, [name, as, state]] of commands.entries()) {
      const call = { as, path: `/p2p/trades/${id}/${name}`, body: {}, key: randomUUID() };
      await sendUnheard(call, index + 2);
      expect(await send(call)).toMatchObject({ status: 200, body: { id, state, version: index + 2 } });
      calls.push([call, index + 2, state]);
    }
    for (const [call, version, state] of calls)
      expect(await send(call)).toMatchObject({ body: { id, version, state } });
    expectOnce(await dump(), id);
  }, 120_000);
});

function expectOnce({ transitions, accounts, audit, failures }: Dump, id: string): void {
  expect(transitions.map(({ version, state }) => [version, state])).toEqual([
    [1, "escrowed"],
    [2, "paid"],
    [3, "released"],
  ]);
  const account = (name: string) => accounts.find((candidate) => candidate.id === `${name}:USDT`);
  expect(account(`escrow:trade:${id}`)).toMatchObject({ balance: 0, closed: 1 });
  expect(account(`wallet:user:${buyer.userId}`)).toMatchObject({ balance: 100_000_000 });
  expect(account(`wallet:user:${seller.userId}`)).toMatchObject({ balance: FUNDS - 100_500_000 });
  expect(audit.map(({ action }) => action)).toEqual(["trade.created", "trade.paid", "trade.released"]);
  expect(failures).toEqual([]);
}
