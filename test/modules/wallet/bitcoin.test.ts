import { beforeEach, describe, expect, it } from "vitest";
import { watchNetworks } from "../../../src/modules/wallet/service.watch.ts";
import { aUser, anOperator } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";
import { ports } from "../../support/vendors.ts";

const app = testApp();
let base = "";
let tip = 800_000;

interface Payment {
  readonly txid: string;
  readonly to: string;
  readonly sats: number;
  /** Null while it waits for a block. */
  readonly height: number | null;
  readonly block?: string;
}

let payments: Payment[] = [];

async function show(mode = "ok"): Promise<void> {
  const transactions = payments.map(({ txid, to, sats, height, block = "aa" }) => ({
    txid,
    vout: [
      { scriptpubkey_address: "bc1qsomebodyelse", value: 5 },
      { scriptpubkey_address: to, value: sats },
    ],
    status: height === null ? { confirmed: false } : { confirmed: true, block_height: height, block_hash: block },
  }));
  await fetch(base, { method: "PUT", body: JSON.stringify({ tip, transactions, mode }) });
}

async function watch(mode?: string): Promise<void> {
  await show(mode);
  const env = { BITCOIN_API_BASE: base, CHAIN_TIMEOUT_MS: "300" };
  await watchNetworks(testCtx(app, { env }));
}

async function mine(blocks: number): Promise<void> {
  tip += blocks;
  await watch();
}

async function aReceiver() {
  const as = aUser({ plan: "enterprise" });
  const made = await app.call("POST /api/v1/wallets/BTC/deposit-address", { as, json: { network: "bitcoin" } });
  const { address } = await bodyOf<{ address: string }>(made);
  const deposits = async () =>
    (
      await bodyOf<{ data: { status: string; confirmations: number }[] }>(
        await app.call("GET /api/v1/deposits", { as }),
      )
    ).data;
  const total = async () => (await bodyOf<{ total: string }>(await app.call("GET /api/v1/wallets/BTC", { as }))).total;
  return { address, deposits, total };
}

const aPayment = (to: string, more: Partial<Payment> = {}): Payment => {
  const txid = crypto.randomUUID().replaceAll("-", "").repeat(2);
  return { txid, to, sats: 70_000, height: tip, ...more };
};

beforeEach(() => {
  base = `http://127.0.0.1:${ports.esplora}/${crypto.randomUUID()}`;
  payments = [];
  tip += 1_000;
});

describe("a deposit of bitcoin", () => {
  it("is seen before it is in a block, counted up, and credited once, however often it is looked at", async () => {
    const { address, deposits, total } = await aReceiver();
    const paid = aPayment(address, { height: null });
    payments = [paid];
    await watch();
    expect(await deposits()).toMatchObject([{ status: "detected", confirmations: 0 }]);
    tip += 1;
    payments = [{ ...paid, height: tip }];
    await watch();
    expect(await deposits()).toMatchObject([{ status: "confirming", confirmations: 1 }]);
    expect(await total()).toBe("0.00000000");
    tip += 1;
    await show();
    await Promise.all(Array.from({ length: 16 }, async () => await watch()));
    await mine(3);
    expect(await deposits()).toMatchObject([{ status: "credited" }]);
    expect(await total()).toBe("0.00070000");
  });

  it("waits longer where it is large", async () => {
    const { address, deposits } = await aReceiver();
    payments = [aPayment(address, { sats: 100_000_000 })];
    await mine(4);
    expect(await deposits()).toMatchObject([{ status: "confirming", confirmations: 5, required: 6 }]);
    await mine(1);
    expect(await deposits()).toMatchObject([{ status: "credited" }]);
  });

  it("loses nothing and credits nothing while its explorer is down, hangs or talks nonsense", async () => {
    const { address, deposits, total } = await aReceiver();
    payments = [aPayment(address)];
    await watch();
    for (const mode of ["down", "hang", "nonsense"]) await watch(mode);
    expect(await deposits()).toMatchObject([{ status: "confirming", confirmations: 1 }]);
    await mine(1);
    expect(await total()).toBe("0.00070000");
  });

  it("is given up when a reorganisation drops it before it is credited, and credited once if it returns", async () => {
    const { address, deposits, total } = await aReceiver();
    const paid = aPayment(address);
    payments = [paid];
    await watch();
    payments = [];
    await watch();
    expect(await deposits()).toMatchObject([{ status: "confirming" }]);
    await mine(3);
    expect(await deposits()).toMatchObject([{ status: "orphaned" }]);
    tip += 1;
    payments = [{ ...paid, height: tip, block: "bb" }];
    await mine(1);
    await mine(1);
    expect(await deposits()).toMatchObject([{ status: "credited" }]);
    expect(await total()).toBe("0.00070000");
  });

  it("opens an incident when a reorganisation drops it after it was credited, and takes nothing back by itself", async () => {
    const { address, total } = await aReceiver();
    payments = [aPayment(address)];
    await mine(1);
    expect(await total()).toBe("0.00070000");
    payments = [];
    await mine(1);
    await mine(3);
    const incidents = await app.call("GET /api/v1/admin/wallet-incidents", { as: anOperator() });
    expect(await bodyOf(incidents)).toMatchObject({
      data: [{ kind: "deposit_reorganised", network: "bitcoin", closedAt: null }],
    });
    expect(await total()).toBe("0.00070000");
  });
});
