import { DurableObject } from "cloudflare:workers";
import type { Node, SignedTransaction, UnsignedTransaction } from "#modules/chains";
import * as chains from "#modules/chains";
import type { ChainsConfig } from "#platform/env.chains";
import { readConfig } from "#platform/env";
import { createLogger } from "#platform/log";
import type { Acceptance, Payment, PaymentStatus, Readiness } from "./contract.ts";
import { hotWalletName } from "./contract.ts";
import type { Offer, Step } from "./machine.ts";
import { firstOffer, nextStep, raiseOffer } from "./machine.ts";
import type { StoredPayment, StoredTransaction } from "./storage.ts";
import { HotWalletStorage } from "./storage.ts";

const PASS_MS = 15_000;
/** So many nonces may wait for the chain at once. */
const FLYING_MAX = 16;
const GWEI = 1_000_000_000n;

/** What one pass has learnt of the chain. */
interface Surroundings {
  readonly node: Node;
  readonly config: ChainsConfig["evm"];
  readonly address: string;
  readonly tip: number;
  readonly used: number;
  readonly offer: Offer;
}

/** Signs and sends what it has accepted, one pass at a time, and keeps every byte before it leaves. */
export class HotWallet extends DurableObject<Env> {
  readonly #storage: HotWalletStorage;
  readonly #log = createLogger({ module: "hot-wallet" });
  /** The pass that is under way; whoever comes meanwhile waits for it. */
  #pass: Promise<void> | null = null;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#storage = new HotWalletStorage(state.storage.sql);
    void state.blockConcurrencyWhile(async () => Promise.resolve(this.#storage.migrate()));
  }

  /** Takes a payment on, once for each id. */
  async pay(payment: Payment): Promise<Acceptance> {
    const known = this.#storage.find(payment.id);
    if (known) {
      const same = known.to === payment.to && known.raw === payment.raw && known.contract === payment.contract;
      return same ? "accepted" : "conflict";
    }
    this.#storage.insert(payment, Date.now());
    await this.ctx.storage.setAlarm(Date.now());
    return "accepted";
  }

  /** Whether there are funds for a payment beside what has been accepted, and a reserve for fees. */
  async check({ raw, contract }: Payment): Promise<Readiness> {
    const { evm } = readConfig(this.env).chains;
    const address = this.#signingAddress(evm);
    if (address === null || evm.rpcUrl === null) return "network_unavailable";
    try {
      const around = { node: this.#node(evm.rpcUrl), address, config: evm };
      const committed = { coin: this.#storage.committed(null), token: this.#storage.committed(contract) };
      return (await this.#covers(around, { raw, contract }, committed)) ? "ready" : "balance_low";
    } catch (error) {
      if (error instanceof chains.ChainUnavailable) return "network_unavailable";
      throw error;
    }
  }

  async #covers(
    { node, address, config }: Pick<Surroundings, "node" | "address" | "config">,
    { raw, contract }: Pick<Payment, "raw" | "contract">,
    committed: { readonly coin: bigint; readonly token: bigint },
  ): Promise<boolean> {
    const own = contract === null ? BigInt(raw) : 0n;
    const coin = await chains.readBalance(node, address, null);
    if (coin < own + committed.coin + BigInt(config.reserveGwei) * GWEI) return false;
    if (contract === null) return true;
    return (await chains.readBalance(node, address, contract)) >= BigInt(raw) + committed.token;
  }

  /** Makes a pass, and says where payments stand. */
  async follow(ids: readonly string[]): Promise<PaymentStatus[]> {
    await this.#passOnce();
    return this.#storage.statuses(ids);
  }

  override async alarm(): Promise<void> {
    await this.#passOnce();
  }

  async #passOnce(): Promise<void> {
    this.#pass ??= this.#makePass().finally(() => {
      this.#pass = null;
    });
    await this.#pass;
  }

  async #makePass(): Promise<void> {
    try {
      const surroundings = await this.#look();
      if (!surroundings) return;
      await this.#assign(surroundings);
      for (const payment of this.#storage.listFlying()) await this.#advance(payment, surroundings);
    } catch (error) {
      if (!(error instanceof chains.ChainUnavailable)) throw error;
      this.#log.warn("The network did not answer; the next pass goes on.", { error });
    } finally {
      if (this.#storage.hasOpen()) await this.ctx.storage.setAlarm(Date.now() + PASS_MS);
    }
  }

  async #look(): Promise<Surroundings | null> {
    const { evm } = readConfig(this.env).chains;
    const address = this.#signingAddress(evm);
    if (address === null || evm.rpcUrl === null || !this.#storage.hasOpen()) return null;
    const node = this.#node(evm.rpcUrl);
    const tip = await chains.readEvmTip(node, evm.chainId);
    const used = await chains.readNonce(node, address, "latest");
    const offer = await chains.readFees(node);
    return { node, config: evm, address, tip, used, offer };
  }

  #node(url: string): Node {
    return { url, timeoutMs: readConfig(this.env).chains.timeoutMs };
  }

  /** The address for which this object signs; null when the configuration now names another one. */
  #signingAddress({ signer, chainId }: ChainsConfig["evm"]): string | null {
    if (!signer) return null;
    const address = signer.kind === "key" ? chains.addressOfKey(signer.key) : signer.address;
    return hotWalletName("ethereum", chainId, address) === this.ctx.id.name ? address : null;
  }

  /**
   * Gives payments their nonces, in the order in which they came. One without funds waits; one whose call would fail
   * ends here, with nothing signed.
   */
  async #assign(around: Surroundings): Promise<void> {
    const { node, address } = around;
    const room = FLYING_MAX - this.#storage.listFlying().length;
    for (const payment of this.#storage.listWaiting(Math.max(0, room))) {
      const { contract } = payment;
      const flying = { coin: this.#storage.flying(null), token: this.#storage.flying(contract) };
      if (!(await this.#covers(around, payment, flying))) {
        this.#log.error("The hot wallet lacks funds for what it has accepted.", { target: payment.id });
        continue;
      }
      const gas = await chains.estimateGas(node, address, chains.callOf(payment));
      if (gas === null) {
        this.#end(payment, { state: "failed", txid: null, fee: "0" });
        continue;
      }
      const nonce = this.#storage.nextNonce() ?? (await chains.readNonce(node, address, "pending"));
      this.#storage.assign(payment.id, nonce, gas.toString());
    }
  }

  async #advance(payment: StoredPayment, around: Surroundings): Promise<void> {
    const nonce = payment.nonce ?? 0;
    const transactions = this.#storage.listTransactions(nonce);
    const receipts = await chains.readReceipts(
      around.node,
      transactions.map(({ hash }) => hash),
    );
    const [receipt] = receipts.values();
    const step = nextStep(
      {
        nonce,
        confirmations: payment.confirmations,
        signedAt: transactions.at(-1)?.signedAt ?? Date.now(),
        foreignSince: payment.foreignSince,
      },
      {
        now: Date.now(),
        tip: around.tip,
        used: around.used,
        bumpMs: around.config.bumpMs,
        mined: receipt
          ? {
              height: receipt.blockNumber,
              succeeded: receipt.status === 1,
              paid: chains.hasPaid(receipt, payment),
            }
          : null,
      },
    );
    const fee = receipt ? (receipt.gasUsed * receipt.effectiveGasPrice).toString() : "0";
    const txid = receipt?.transactionHash ?? transactions.at(-1)?.hash ?? null;
    await this.#take(step, { payment, transactions, around, txid, fee });
  }

  async #take(step: Step, flight: Flying): Promise<void> {
    const { payment, txid, fee } = flight;
    if (step.kind === "end") return this.#end(payment, { state: step.state, txid, fee });
    if (step.kind === "hand-over") return await this.#handOver(flight, step.raise);
    const { confirmations, foreignSince } = step;
    this.#storage.update({ id: payment.id, state: "sent", txid, confirmations, fee }, foreignSince);
  }

  #end({ id, confirmations }: StoredPayment, end: Pick<PaymentStatus, "state" | "txid" | "fee">): void {
    this.#storage.update({ id, confirmations, ...end }, null);
    if (end.state === "quarantined") this.#log.error("Nobody knows what became of a payment.", { target: id });
  }

  /** Signs what is not signed yet or needs a dearer offer, keeps it, and only then hands it over. */
  async #handOver({ payment, transactions, around }: Flying, raise: boolean): Promise<void> {
    const newest = transactions.at(-1);
    const cap = BigInt(around.config.maxFeeGwei) * GWEI;
    const last = newest && { maxFeePerGas: BigInt(newest.maxFee), maxPriorityFeePerGas: BigInt(newest.priorityFee) };
    const offer = last ? (raise ? raiseOffer(last, around.offer, cap) : null) : firstOffer(around.offer, cap);
    const signed = offer ? await this.#sign(payment, { offer, around, attempt: transactions.length }) : null;
    const transaction = signed ?? newest;
    if (!transaction) return;
    const { id } = payment;
    this.#storage.update({ id, state: "sent", txid: transaction.hash, confirmations: 0, fee: "0" }, null);
    await this.ctx.storage.sync();
    await chains.handOver(around.node, transaction.raw);
  }

  async #sign(payment: StoredPayment, { offer, around, attempt }: Signing): Promise<StoredTransaction | null> {
    const nonce = payment.nonce ?? 0;
    const unsigned: UnsignedTransaction = {
      ...chains.callOf(payment),
      chainId: around.config.chainId,
      nonce,
      gas: payment.gas ?? "0",
      maxFeePerGas: offer.maxFeePerGas.toString(),
      maxPriorityFeePerGas: offer.maxPriorityFeePerGas.toString(),
    };
    const signed = await this.#signature(`${payment.id}.${attempt}`, unsigned, around.config);
    if (!signed) return null;
    const transaction = {
      ...signed,
      attempt,
      maxFee: unsigned.maxFeePerGas,
      priorityFee: unsigned.maxPriorityFeePerGas,
      signedAt: Date.now(),
    };
    this.#storage.insertTransaction(nonce, transaction);
    return transaction;
  }

  async #signature(
    id: string,
    unsigned: UnsignedTransaction,
    { signer }: ChainsConfig["evm"],
  ): Promise<SignedTransaction | null> {
    if (!signer) return null;
    if (signer.kind === "key") return await chains.signWithKey(signer.key, unsigned);
    const { timeoutMs } = readConfig(this.env).chains;
    return await chains.signExternally({ ...signer, timeoutMs }, { id, unsigned, now: Date.now() });
  }
}

interface Flying {
  readonly payment: StoredPayment;
  readonly transactions: readonly StoredTransaction[];
  readonly around: Surroundings;
  readonly txid: string | null;
  readonly fee: string;
}

interface Signing {
  readonly offer: Offer;
  readonly around: Surroundings;
  readonly attempt: number;
}
