import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { getAddress } from "viem/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeId } from "../../src/kernel/ids.ts";
import type { Anvil, Door } from "./support/anvil.ts";
import { callToken, HOT_ADDRESS, hasAnvil, startAnvil, startDoor } from "./support/anvil.ts";
import type { Killable } from "./support/killable.ts";
import { bundleForKills, startKillable } from "./support/killable.ts";

/** Deposits and withdrawals of the whole product, over HTTP, against a real node. */

const PEOPLE = 25;
const ETHER = 10n ** 18n;
const USDT = 1_000_000n;
const CONFIRMATIONS = 12;

let folder: string;
let bundle: string;
let anvil: Anvil;
let door: Door;
let server: Killable;
let token: string;
let fake: string;

type Person = ReturnType<typeof someone>;

function someone(role: "user" | "admin" = "user") {
  const id = (prefix: "user" | "sess") => makeId(prefix, Date.now(), randomBytes(10));
  const rights = { role, plan: "enterprise", mfa: true, raisedUntil: Number.MAX_SAFE_INTEGER };
  return { kind: "user", userId: id("user"), sessionId: id("sess"), ...rights };
}

async function serve(): Promise<Killable> {
  const variables = {
    EVM_RPC_URL: door.url,
    EVM_TOKENS: `USDT:${token}:6`,
    WITHDRAWAL_COOLING_HOURS: "0",
    CHAIN_TIMEOUT_MS: "5000",
  };
  server = await startKillable({
    bundle,
    stateDir: path.join(folder, "state"),
    clockAheadMs: 0,
    pauseMs: 0,
    variables,
  });
  return server;
}

interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

async function call<T = Record<string, unknown>>(as: Person, line: string, json?: object): Promise<Answer<T>> {
  const [method = "GET", where = ""] = line.split(" ");
  const response = await fetch(`${server.url}/api/v1${where}`, {
    method,
    headers: {
      "Content-Type": "application/json",
      "X-Test-Actor": JSON.stringify(as),
      ...(method === "POST" ? { "Idempotency-Key": randomBytes(12).toString("hex") } : {}),
    },
    ...(json ? { body: JSON.stringify(json) } : {}),
  });
  return { status: response.status, body: (await response.json()) as T };
}

async function cron(name: string): Promise<void> {
  const response = await fetch(`${server.url}/kill/cron?name=${name}`);
  expect(response.status).toBe(200);
}

const watch = async (): Promise<void> => await cron("wallet.watchNetworks");
const randomAddress = (): string => getAddress(`0x${randomBytes(20).toString("hex")}`);
const quantity = (value: bigint): string => `0x${value.toString(16)}`;

async function depositAddress(as: Person): Promise<string> {
  const { body } = await call<{ address: string }>(as, "POST /wallets/ETH/deposit-address", { network: "ethereum" });
  return body.address;
}

interface Deposit {
  readonly id: string;
  readonly asset: string;
  readonly amount: string;
  readonly status: string;
  readonly txid: string;
}

async function deposits(as: Person): Promise<readonly Deposit[]> {
  return (await call<{ data: Deposit[] }>(as, "GET /deposits?limit=100")).body.data;
}

async function wallet(as: Person, asset: string): Promise<{ available: string; held: string; total: string }> {
  return (await call<{ available: string; held: string; total: string }>(as, `GET /wallets/${asset}`)).body;
}

async function expectBooksToBalance(): Promise<void> {
  const { body } = await call<{ ok: boolean; failures: unknown[] }>(someone("admin"), "GET /admin/ledger/audit");
  expect(body.failures).toEqual([]);
}

describe.skipIf(!hasAnvil)("on a real node", () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "bourse-chain-"));
    anvil = await startAnvil();
    door = await startDoor(anvil.url);
    token = await anvil.deployToken();
    fake = await anvil.deployToken();
    await anvil.send({ to: token, data: callToken("transfer", HOT_ADDRESS, 10_000n * USDT) });
    bundle = await bundleForKills(path.join(folder, "bundle"));
    await serve();
    await watch();
  });

  afterAll(async () => {
    await server.kill();
    door.stop();
    anvil.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const people = Array.from({ length: PEOPLE }, () => someone());

  it("a deposit is credited once, whatever else happens on the chain", async () => {
    const addresses = await Promise.all(people.map(depositAddress));
    expect(new Set(addresses).size).toBe(PEOPLE);
    const [first] = people;
    if (first) expect(await depositAddress(first)).toBe(addresses[0]);
    for (const [index, to] of addresses.entries()) {
      await anvil.send({ to, value: quantity(ETHER + BigInt(index)) });
      await anvil.send({ to: token, data: callToken(index === 0 ? "twice" : "transfer", to, 100n * USDT) });
      if (index % 5 === 0) await anvil.send({ to: fake, data: callToken("transfer", to, 1_000n * USDT) });
      if (index % 5 === 1) await anvil.send({ to: token, data: callToken("transfer", to, 10n ** 30n), gas: "0x30000" });
    }
    await watch();
    const statuses = new Set((await Promise.all(people.map(deposits))).flat().map(({ status }) => status));
    expect(statuses.has("confirming")).toBe(true);
    await anvil.mine(CONFIRMATIONS);
    await Promise.all([watch(), watch(), watch(), watch()]);
    await watch();
    for (const [index, person] of people.entries()) {
      const found = await deposits(person);
      expect(found.map(({ status }) => status)).toEqual(Array(index === 0 ? 3 : 2).fill("credited"));
      expect((await wallet(person, "ETH")).total).toBe("1.000000000");
      expect((await wallet(person, "USDT")).total).toBe(index === 0 ? "200.000000" : "100.000000");
    }
    await expectBooksToBalance();
  });

  it("a deposit that a reorganisation takes away before it is credited is given up, and credited once if it returns", async () => {
    const person = someone();
    const to = await depositAddress(person);
    const snapshot = await anvil.call("evm_snapshot");
    const raw = await anvil.signTransfer(to, 2n * ETHER);
    await anvil.call("eth_sendRawTransaction", raw);
    await watch();
    expect((await deposits(person))[0]?.status).toBe("confirming");
    await anvil.call("evm_revert", snapshot);
    await anvil.mine(1);
    await watch();
    expect((await deposits(person))[0]?.status).toBe("confirming");
    await anvil.mine(3);
    await watch();
    expect((await deposits(person))[0]?.status).toBe("orphaned");
    expect((await wallet(person, "ETH")).total).toBe("0.000000000");
    await anvil.call("eth_sendRawTransaction", raw);
    await anvil.mine(CONFIRMATIONS);
    await watch();
    await watch();
    expect((await deposits(person)).map(({ status }) => status)).toEqual(["credited"]);
    expect((await wallet(person, "ETH")).total).toBe("2.000000000");
  });

  it("a deposit that a reorganisation takes away after it was credited opens an incident, and stops what would leave", async () => {
    const [person = someone()] = people;
    const admin = someone("admin");
    const snapshot = await anvil.call("evm_snapshot");
    await anvil.send({ to: await depositAddress(person), value: quantity(3n * ETHER) });
    await anvil.mine(CONFIRMATIONS);
    await watch();
    expect((await wallet(person, "ETH")).total).toBe("4.000000000");
    await anvil.call("evm_revert", snapshot);
    await anvil.mine(CONFIRMATIONS + 1);
    await watch();
    await anvil.mine(4);
    await watch();
    await watch();
    interface Incident {
      readonly id: string;
      readonly kind: string;
      readonly closedAt: string | null;
    }
    const { body } = await call<{ data: Incident[] }>(admin, "GET /admin/wallet-incidents");
    expect(body.data).toMatchObject([{ kind: "deposit_reorganised", closedAt: null }]);
    expect((await wallet(person, "ETH")).total).toBe("4.000000000");
    const stopped = await withdraw(person, { asset: "ETH", amount: "0.02" });
    await cron("wallet.moveWithdrawals");
    expect((await call(person, `GET /withdrawals/${stopped.id}`)).body).toMatchObject({
      status: "approved",
      holds: ["incident"],
    });
    const close = { reason: "The sender will send it again." };
    expect((await call(admin, `POST /admin/wallet-incidents/${body.data[0]?.id ?? ""}/close`, close)).status).toBe(200);
    expect((await call(person, `POST /withdrawals/${stopped.id}/cancel`)).body).toMatchObject({ status: "cancelled" });
    expect((await wallet(person, "ETH")).held).toBe("0.000000000");
  });

  type Wanted = Readonly<{ asset: "ETH" | "USDT"; amount: string }>;
  type Sent = Readonly<{ id: string; to: string; person: Person; wanted: Wanted }>;

  async function withdraw(person: Person, wanted: Wanted): Promise<{ id: string; to: string }> {
    const to = randomAddress();
    const book = { network: "ethereum", address: to, label: "Mine" };
    const { body: address } = await call<{ id: string }>(person, "POST /withdrawal-addresses", book);
    const json = { ...wanted, network: "ethereum", addressId: address.id };
    const { status, body } = await call<{ id: string }>(person, "POST /withdrawals", json);
    expect([status, body]).toEqual([201, expect.objectContaining({ status: "requested" })]);
    return { id: body.id, to };
  }

  it("a withdrawal is sent once, though answers are lost and the wallet is killed between signing and sending", async () => {
    const nonceBefore = await anvil.nonce(HOT_ADDRESS);
    const kills = new Set([3, 20, 41]);
    let killed = 0;
    door.fate = async (count) => {
      if (kills.delete(count)) {
        killed += 1;
        await server.kill();
        return count === 20 ? "pass" : "lose-request";
      }
      const dice = randomBytes(1)[0] ?? 0;
      return dice < 85 ? "lose-request" : dice < 170 ? "lose-answer" : "pass";
    };
    const sent: Sent[] = [];
    for (const wanted of [
      { asset: "ETH", amount: "0.25" },
      { asset: "USDT", amount: "12.5" },
    ] as const)
      for (let start = 0; start < people.length; start += 5) {
        const few = people.slice(start, start + 5);
        const made = few.map(async (person) => ({
          ...(await untilServed(() => withdraw(person, wanted))),
          person,
          wanted,
        }));
        sent.push(...(await Promise.all(made)));
      }
    for (let round = 0; round < 60; round += 1) {
      await untilServed(async () => await cron("wallet.moveWithdrawals"));
      await anvil.mine(CONFIRMATIONS);
      if (await allConfirmed(sent)) break;
    }
    expect(killed).toBe(3);
    for (const { id, to, person, wanted } of sent) {
      const { body } = await call(person, `GET /withdrawals/${id}`);
      expect(body).toMatchObject({ status: "confirmed", holds: [] });
      if (wanted.asset === "ETH") expect(await anvil.balance(to)).toBe(ETHER / 4n);
      else expect(await anvil.tokenBalance(token, to)).toBe((25n * USDT) / 2n);
    }
    expect((await anvil.nonce(HOT_ADDRESS)) - nonceBefore).toBe(sent.length);
    for (const person of people) {
      expect((await wallet(person, "ETH")).held).toBe("0.000000000");
      expect((await wallet(person, "USDT")).held).toBe("0.000000");
    }
    await expectBooksToBalance();
  });

  let restart: Promise<unknown> | null = null;

  /** Does something again on a new server while the old one dies under it. */
  async function untilServed<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; attempt < 8; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (await isServed()) throw error;
        restart ??= serve().finally(() => (restart = null));
        await restart;
      }
    }
    throw new Error("The server does not stay alive.");
  }

  const isServed = async (): Promise<boolean> =>
    (await fetch(`${server.url}/api/v1/health`).catch(() => null))?.ok === true;

  async function allConfirmed(sent: readonly Sent[]): Promise<boolean> {
    const { body } = await call<{ data: { status: string }[] }>(
      someone("admin"),
      "GET /admin/withdrawals?status=confirmed&limit=100",
    );
    return body.data.length >= sent.length;
  }
});
