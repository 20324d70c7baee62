/**
 * `npm run sweep -- [--env production] [--send]`: moves what lies at deposit addresses to the hot wallet or a vault. Without
 * `--send` it only says what it would do. It runs on the operator's machine, the one place where the keys of deposits are:
 *
 * SWEEP_XPRV     the extended private key whose public half is EVM_XPUB (`xprv…`, of m/44'/60'/0')
 * SWEEP_TO       the address that everything goes to
 * SWEEP_GAS_KEY  the private key (`0x…`) that pays the gas of tokens; its address must stand in EVM_GAS_ADDRESSES
 * EVM_RPC_URL, EVM_TOKENS  as the Worker has them
 */
import { HDKey } from "@scure/bip32";
import { createPublicClient, createWalletClient, defineChain, erc20Abi, formatUnits, http } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { privateKeyToAccount } from "viem/accounts";
import { bytesToHex, getAddress } from "viem/utils";
import { query } from "./d1.ts";
import { command, Refusal } from "./project.ts";

const TRANSFER_GAS = 21_000n;

function setting(name: string, pattern: RegExp): string {
  const value = process.env[name] ?? "";
  if (!pattern.test(value))
    throw new Refusal(`Set ${name} in the environment; the head of scripts/sweep.ts says to what.`);
  return value;
}

interface Plan {
  readonly rpcUrl: string;
  readonly to: `0x${string}`;
  readonly send: boolean;
  readonly root: HDKey;
  readonly gas: PrivateKeyAccount;
  readonly tokens: readonly { readonly asset: string; readonly contract: `0x${string}`; readonly decimals: number }[];
}

function readPlan(): Plan {
  const key = setting("SWEEP_GAS_KEY", /^0x[0-9a-fA-F]{64}$/) as `0x${string}`;
  const tokens = (process.env["EVM_TOKENS"] ?? "").split(",").filter((item) => item !== "");
  return {
    rpcUrl: setting("EVM_RPC_URL", /^https?:/),
    to: getAddress(setting("SWEEP_TO", /^0x[0-9a-fA-F]{40}$/)),
    send: process.argv.includes("--send"),
    root: HDKey.fromExtendedKey(setting("SWEEP_XPRV", /^xprv/)),
    gas: privateKeyToAccount(key),
    tokens: tokens.map((item) => {
      const [asset = "", contract = "", decimals = ""] = item.split(":");
      return { asset, contract: getAddress(contract), decimals: Number(decimals) };
    }),
  };
}

function accountAt({ root }: Plan, index: number): PrivateKeyAccount {
  const { privateKey } = root.deriveChild(0).deriveChild(index);
  if (!privateKey) throw new Refusal("SWEEP_XPRV holds no private key.");
  return privateKeyToAccount(bytesToHex(privateKey));
}

/** What the sweep speaks to the chain with. */
async function connect({ rpcUrl }: Plan) {
  const id = await createPublicClient({ transport: http(rpcUrl) }).getChainId();
  const currency = { name: "Ether", symbol: "ETH", decimals: 18 };
  const chain = defineChain({ id, name: "swept", nativeCurrency: currency, rpcUrls: { default: { http: [rpcUrl] } } });
  return {
    reader: createPublicClient({ chain, transport: http(rpcUrl) }),
    writerOf: (account: PrivateKeyAccount) => createWalletClient({ account, chain, transport: http(rpcUrl) }),
  };
}

type Connection = Awaited<ReturnType<typeof connect>>;

async function sweepTokens(plan: Plan, { reader, writerOf }: Connection, account: PrivateKeyAccount): Promise<void> {
  for (const { asset, contract, decimals } of plan.tokens) {
    const read = { address: contract, abi: erc20Abi, functionName: "balanceOf", args: [account.address] } as const;
    const balance = await reader.readContract(read);
    if (balance === 0n) continue;
    console.log(`${account.address}: ${formatUnits(balance, decimals)} ${asset}`);
    if (!plan.send) continue;
    const call = { address: contract, abi: erc20Abi, functionName: "transfer", args: [plan.to, balance] } as const;
    const gas = ((await reader.estimateContractGas({ ...call, account })) * 6n) / 5n;
    const { maxFeePerGas } = await reader.estimateFeesPerGas();
    const lacking = gas * maxFeePerGas - (await reader.getBalance(account));
    if (lacking > 0n) {
      const paid = await writerOf(plan.gas).sendTransaction({ to: account.address, value: lacking });
      await reader.waitForTransactionReceipt({ hash: paid });
    }
    const hash = await writerOf(account).writeContract({ ...call, gas, maxFeePerGas });
    await reader.waitForTransactionReceipt({ hash });
  }
}

async function sweepEther(plan: Plan, { reader, writerOf }: Connection, account: PrivateKeyAccount): Promise<void> {
  const { maxFeePerGas, maxPriorityFeePerGas } = await reader.estimateFeesPerGas();
  const value = (await reader.getBalance(account)) - TRANSFER_GAS * maxFeePerGas;
  if (value <= 0n) return;
  console.log(`${account.address}: ${formatUnits(value, 18)} ETH`);
  if (!plan.send) return;
  const fees = { gas: TRANSFER_GAS, maxFeePerGas, maxPriorityFeePerGas };
  const hash = await writerOf(account).sendTransaction({ to: plan.to, value, ...fees });
  await reader.waitForTransactionReceipt({ hash });
}

async function sweep(): Promise<void> {
  const plan = readPlan();
  const connection = await connect(plan);
  const rows = await query(
    "select path_index, address from wallet_deposit_addresses where network = 'ethereum' and address is not null order by path_index",
  );
  for (const { path_index: index, address } of rows) {
    const account = accountAt(plan, Number(index));
    if (account.address !== address) throw new Refusal(`SWEEP_XPRV does not lead to ${String(address)}.`);
    await sweepTokens(plan, connection, account);
    await sweepEther(plan, connection, account);
  }
  console.log(plan.send ? "Swept." : "Nothing was sent; add --send.");
}

await command(sweep);
