import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { mnemonicToAccount } from "viem/accounts";
import { getAddress } from "viem/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/project.ts";
import { makeId } from "../../src/kernel/ids.ts";
import type { Anvil } from "./support/anvil.ts";
import { callToken, hasAnvil, startAnvil } from "./support/anvil.ts";
import type { Killable } from "./support/killable.ts";
import { bundleForKills, startKillable } from "./support/killable.ts";
import type { Manner, Signer } from "./support/signer.ts";
import { SIGNER_ADDRESS, SIGNER_SECRET, startSigner } from "./support/signer.ts";

/** Withdrawals that somebody else signs, and what an operator does with the hot wallet and the deposits. */

const ETHER = 10n ** 18n;
const USDT = 1_000_000n;
const CONFIRMATIONS = 12;
/** Pays the gas of sweeping: the fourth of a development node's accounts. */
const GAS_KEY = "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6";
const GAS_ADDRESS = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";

let folder: string;
let anvil: Anvil;
let signer: Signer;
let server: Killable;
let token: string;

type Person = ReturnType<typeof someone>;

function someone(role: "user" | "admin" = "user") {
  const id = (prefix: "user" | "sess") => makeId(prefix, Date.now(), randomBytes(10));
  const rights = { role, plan: "enterprise", mfa: true, raisedUntil: Number.MAX_SAFE_INTEGER };
  return { kind: "user", userId: id("user"), sessionId: id("sess"), ...rights };
}

async function fetchJson<T>(line: string, options: RequestInit = {}): Promise<T> {
  const [method = "GET", where = ""] = line.split(" ");
  const response = await fetch(`${server.url}${where}`, { method, ...options });
  expect([line, response.status]).toEqual([line, expect.toSatisfy((status: number) => status < 300)]);
  return (await response.json()) as T;
}

async function call<T = { id: string }>(as: Person, line: string, json?: object): Promise<T> {
  const [method = "GET", where = ""] = line.split(" ");
  const headers = {
    "Content-Type": "application/json",
    "X-Test-Actor": JSON.stringify(as),
    ...(method === "POST" ? { "Idempotency-Key": randomBytes(12).toString("hex") } : {}),
  };
  return await fetchJson<T>(`${method} /api/v1${where}`, { headers, ...(json ? { body: JSON.stringify(json) } : {}) });
}

const cron = async (name: string): Promise<unknown> => await fetchJson(`GET /kill/cron?name=${name}`);

async function depositAddress(as: Person): Promise<string> {
  return (await call<{ address: string }>(as, "POST /wallets/ETH/deposit-address", { network: "ethereum" })).address;
}

/** Somebody with so much on the chain, credited. */
async function aHolder(): Promise<Person> {
  const person = someone();
  const to = await depositAddress(person);
  await anvil.send({ to, value: `0x${ETHER.toString(16)}` });
  await anvil.send({ to: token, data: callToken("transfer", to, 100n * USDT) });
  await anvil.mine(CONFIRMATIONS);
  for (let round = 0; round < 20; round += 1) {
    await cron("wallet.watchNetworks");
    const { total } = await call<{ total: string }>(person, "GET /wallets/USDT");
    if (total !== "0.000000") return person;
  }
  throw new Error("The deposit is not credited.");
}

async function withdraw(as: Person, asset: "ETH" | "USDT", amount: string): Promise<{ id: string; to: string }> {
  const to = getAddress(`0x${randomBytes(20).toString("hex")}`);
  const book = await call(as, "POST /withdrawal-addresses", { network: "ethereum", address: to, label: "Mine" });
  const made = await call(as, "POST /withdrawals", { asset, amount, network: "ethereum", addressId: book.id });
  return { id: made.id, to };
}

interface Standing {
  readonly status: string;
  readonly holds: readonly string[];
}

const standing = async (as: Person, id: string): Promise<Standing> =>
  await call<Standing>(as, `GET /withdrawals/${id}`);

async function untilConfirmed(sent: readonly { readonly as: Person; readonly id: string }[]): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    await cron("wallet.moveWithdrawals");
    await anvil.mine(CONFIRMATIONS);
    const found = await Promise.all(sent.map(async ({ as, id }) => await standing(as, id)));
    if (found.every(({ status }) => status === "confirmed")) return;
  }
  throw new Error("Withdrawals do not come to an end.");
}

describe.skipIf(!hasAnvil)("a hot wallet whose key somebody else holds", () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "bourse-signer-"));
    anvil = await startAnvil();
    signer = await startSigner();
    token = await anvil.deployToken();
    const variables = {
      EVM_RPC_URL: anvil.url,
      EVM_TOKENS: `USDT:${token}:6`,
      EVM_HOT_ADDRESS: SIGNER_ADDRESS,
      EVM_SIGNER_URL: signer.url,
      EVM_SIGNER_SECRET: SIGNER_SECRET,
      EVM_GAS_ADDRESSES: GAS_ADDRESS,
      WITHDRAWAL_COOLING_HOURS: "0",
      CHAIN_TIMEOUT_MS: "1000",
    };
    const stateDir = path.join(folder, "state");
    const bundle = await bundleForKills(path.join(folder, "bundle"));
    server = await startKillable({ bundle, stateDir, clockAheadMs: 0, pauseMs: 0, variables });
    await fetchJson("POST /dev/seed");
    await cron("wallet.watchNetworks");
  });

  afterAll(async () => {
    await server.kill();
    signer.stop();
    anvil.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("sends each withdrawal once, though its signer fails, hangs, is asked again and signs something else", async () => {
    const people = [await aHolder(), await aHolder()];
    const manners: readonly Manner[] = ["down", "hang", "garbage", "another", "raised", "ok", "ok", "ok"];
    // The first five requests meet every failure there is; after that, chance decides.
    signer.manner = (count) => manners[count <= 5 ? count - 1 : (randomBytes(1)[0] ?? 0) % 8] ?? "ok";
    const nonce = await anvil.nonce(SIGNER_ADDRESS);
    // More than five an hour of one person would wait for an operator.
    const wanted = people.flatMap((person) => Array.from({ length: 4 }, () => person));
    const sent = await Promise.all(wanted.map(async (as) => ({ as, ...(await withdraw(as, "ETH", "0.05")) })));
    await untilConfirmed(sent);
    for (const { to } of sent) expect(await anvil.balance(to)).toBe(ETHER / 20n);
    expect((await anvil.nonce(SIGNER_ADDRESS)) - nonce).toBe(sent.length);
    expect(new Set(signer.asked).size).toBeLessThan(signer.asked.length);
    expect(signer.refused).toBe(0);
    for (const person of people) expect(await call(person, "GET /wallets/ETH")).toMatchObject({ held: "0.000000000" });
  });

  it("lets withdrawals wait while it is low, calls the operators once, and goes on when it is filled", async () => {
    signer.manner = () => "ok";
    const person = await aHolder();
    const waiting = [await withdraw(person, "USDT", "12"), await withdraw(person, "USDT", "13")];
    for (let round = 0; round < 3; round += 1) await cron("wallet.moveWithdrawals");
    for (const { id } of waiting) {
      expect(await standing(person, id)).toMatchObject({ status: "approved", holds: ["hot_wallet_low"] });
    }
    await fetchJson("POST /dev/jobs/drain");
    const outbox = "GET /dev/outbox?to=admin@bourse.test";
    const { data } = await fetchJson<{ data: { subject: string | null }[] }>(outbox);
    expect(data.filter(({ subject }) => subject?.includes("low on USDT"))).toHaveLength(1);
    await anvil.send({ to: token, data: callToken("transfer", SIGNER_ADDRESS, 1_000n * USDT) });
    await untilConfirmed(waiting.map(({ id }) => ({ as: person, id })));
    const arrived = await Promise.all(waiting.map(async ({ to }) => await anvil.tokenBalance(token, to)));
    expect(arrived).toEqual([12n * USDT, 13n * USDT]);
  });

  it("gets what lies at deposit addresses by the operator's sweep, which no one is credited for", async () => {
    const person = await aHolder();
    const from = await depositAddress(person);
    const vault = getAddress(`0x${randomBytes(20).toString("hex")}`);
    const mnemonic = `${"abandon ".repeat(11)}about`;
    const root = mnemonicToAccount(mnemonic, { path: "m/44'/60'/0'" }).getHdKey();
    const env = {
      ...process.env,
      STATE_DIR: path.join(folder, "state"),
      SWEEP_XPRV: root.privateExtendedKey,
      SWEEP_TO: vault,
      SWEEP_GAS_KEY: GAS_KEY,
      EVM_RPC_URL: anvil.url,
      EVM_TOKENS: `USDT:${token}:6`,
    };
    const sweep = async (...flags: string[]): Promise<string> =>
      (await promisify(execFile)(process.execPath, ["scripts/sweep.ts", ...flags], { cwd: ROOT, env })).stdout;
    expect(await sweep()).toMatch(/100 USDT\n.*0\.99\d+ ETH\n[\s\S]*Nothing was sent/);
    expect(await anvil.tokenBalance(token, from)).toBe(100n * USDT);
    expect(await sweep("--send")).toContain("Swept.");
    // Four people have deposited by now, each the same.
    expect(await anvil.tokenBalance(token, vault)).toBe(400n * USDT);
    expect(await anvil.balance(vault)).toBeGreaterThan(4n * ETHER - ETHER / 100n);
    expect(await anvil.tokenBalance(token, from)).toBe(0n);
    await anvil.mine(CONFIRMATIONS);
    await cron("wallet.watchNetworks");
    expect(await call(person, "GET /wallets/ETH")).toMatchObject({ total: "1.000000000" });
    expect(await call(person, "GET /wallets/USDT")).toMatchObject({ total: "100.000000" });
  });
});
