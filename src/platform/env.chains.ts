import { z } from "zod";
import { HOUR, SECOND } from "#kernel/time";
import { address } from "./env.fields.ts";

/** The settings of networks, hot wallets and withdrawals. A network without a node is not watched. */

const evmAddress = /^0x[0-9a-fA-F]{40}$/;
const extendedKey = z
  .union([z.literal(""), z.string().regex(/^[xyztuv]pub[1-9A-HJ-NP-Za-km-z]{100,112}$/)])
  .optional()
  .transform((value) => value || null);

export const CHAINS_SHAPE = {
  CHAIN_TIMEOUT_MS: z.coerce.number().int().min(100).max(30_000).default(10_000),
  EVM_RPC_URL: address,
  EVM_CHAIN_ID: z.coerce.number().int().min(1).optional(),
  EVM_XPUB: extendedKey,
  EVM_TOKENS: z
    .union([
      z.literal(""),
      z.string().regex(/^[A-Z]{3,6}:0x[0-9a-fA-F]{40}:[0-9]{1,2}(,[A-Z]{3,6}:0x[0-9a-fA-F]{40}:[0-9]{1,2})*$/),
    ])
    .optional(),
  EVM_GAS_ADDRESSES: z.string().default(""),
  EVM_HOT_KEY: z
    .union([z.literal(""), z.string().regex(/^0x[0-9a-fA-F]{64}$/)])
    .optional()
    .transform((value) => value || null),
  EVM_HOT_ADDRESS: z
    .union([z.literal(""), z.string().regex(evmAddress)])
    .optional()
    .transform((value) => value || null),
  EVM_SIGNER_URL: address,
  EVM_SIGNER_SECRET: z
    .union([z.literal(""), z.string().min(32)])
    .optional()
    .transform((value) => value || null),
  EVM_MAX_FEE_GWEI: z.coerce.number().int().min(1).max(1_000_000).default(300),
  EVM_BUMP_SECONDS: z.coerce.number().int().min(1).max(86_400).default(180),
  HOT_WALLET_RESERVE_GWEI: z.coerce.number().int().min(0).default(20_000_000),
  BITCOIN_API_BASE: address,
  BITCOIN_NETWORK: z.enum(["mainnet", "testnet"]).default("mainnet"),
  BITCOIN_XPUB: extendedKey,
  WITHDRAWAL_COOLING_HOURS: z.coerce.number().min(0).max(720).default(24),
  VERIFICATION_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(90),
};

const secret = (name: string, what: string): string => `Set it with \`wrangler secret put ${name}\` to ${what}.`;

export const CHAINS_HELP: Readonly<Record<keyof typeof CHAINS_SHAPE, string>> = {
  CHAIN_TIMEOUT_MS: "Set it to how many milliseconds a node has for an answer; 10000 is the default.",
  EVM_RPC_URL: "Set it to the address of your Ethereum node's JSON-RPC, or leave it out where there is none.",
  EVM_CHAIN_ID: "Set it to the chain's id; 1 is the default, 31337 in development.",
  EVM_XPUB: "Set it to the extended public key (`xpub…`, of m/44'/60'/0') from which deposit addresses are derived.",
  EVM_TOKENS:
    "Set it to tokens as asset:contract:decimals, such as `USDT:0xdAC17F958D2ee523a2206206994597C13D831ec7:6`.",
  EVM_GAS_ADDRESSES: "Set it to the addresses, with commas between, that pay the gas of sweeping deposits.",
  EVM_HOT_KEY: secret("EVM_HOT_KEY", "the hot wallet's private key, `0x…`, or leave it out for an external signer"),
  EVM_HOT_ADDRESS: "Set it to the hot wallet's address where an external signer holds its key.",
  EVM_SIGNER_URL: "Set it to the address of the external signer.",
  EVM_SIGNER_SECRET: secret("EVM_SIGNER_SECRET", "at least 32 characters that the external signer knows too"),
  EVM_MAX_FEE_GWEI: "Set it to the highest fee per gas, in gwei, that the hot wallet may offer; 300 is the default.",
  EVM_BUMP_SECONDS: "Set it to how long a transaction may wait before its fee is raised; 180 is the default.",
  HOT_WALLET_RESERVE_GWEI:
    "Set it to the ether, in gwei, below which the hot wallet sends nothing; 20000000 is the default.",
  BITCOIN_API_BASE: "Set it to the address of an Esplora API, such as https://blockstream.info/api.",
  BITCOIN_NETWORK: "Set it to mainnet (the default) or testnet.",
  BITCOIN_XPUB: "Set it to the extended public key (of m/84'/0'/0') from which deposit addresses are derived.",
  WITHDRAWAL_COOLING_HOURS: "Set it to how long a new withdrawal address must wait; 24 is the default.",
  VERIFICATION_RETENTION_DAYS:
    "Set it to how many days a verification document is kept after its decision; 90 is the default.",
};

export interface TokenConfig {
  readonly asset: string;
  readonly contract: string;
  readonly decimals: number;
}

/** Who signs for the hot wallet. */
export type HotSigner =
  | { readonly kind: "key"; readonly key: `0x${string}` }
  | { readonly kind: "external"; readonly url: string; readonly secret: string; readonly address: string };

export interface ChainsConfig {
  readonly timeoutMs: number;
  readonly evm: {
    readonly rpcUrl: string | null;
    readonly chainId: number;
    readonly xpub: string | null;
    readonly tokens: readonly TokenConfig[];
    readonly gasAddresses: readonly string[];
    readonly signer: HotSigner | null;
    readonly maxFeeGwei: number;
    readonly bumpMs: number;
    readonly reserveGwei: number;
  };
  readonly bitcoin: {
    readonly apiBase: string | null;
    readonly network: "mainnet" | "testnet";
    readonly xpub: string | null;
  };
  readonly coolingMs: number;
  readonly verificationRetentionDays: number;
  /** Whether an extended key is the public test key, whose private half everybody knows. */
  readonly testKeys: boolean;
}

/** Of the mnemonic that everybody knows (`abandon … about`): for development, where nothing is worth anything. */
const TEST_EVM_XPUB =
  "xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt";
const TEST_BITCOIN_XPUB =
  "xpub6CatWdiZiodmUeTDp8LT5or8nmbKNcuyvz7WyksVFkKB4RHwCD3XyuvPEbvqAQY3rAPshWcMLoP2fMFMKHPJ4ZeZXYVUhLv1VMrjPC7PW6V";
/** The first account of every development node. */
const TEST_HOT_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

const MAINNET_TOKENS: readonly TokenConfig[] = [
  { asset: "USDT", contract: "0xdAC17F958D2ee523a2206206994597C13D831ec7", decimals: 6 },
  { asset: "USDC", contract: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", decimals: 6 },
];

type Values = z.output<z.ZodObject<typeof CHAINS_SHAPE>>;

export function readChains(values: Values, { development }: { readonly development: boolean }): ChainsConfig {
  const chainId = values.EVM_CHAIN_ID ?? (development ? 31_337 : 1);
  const evmXpub = values.EVM_XPUB ?? (development ? TEST_EVM_XPUB : null);
  const bitcoinXpub = values.BITCOIN_XPUB ?? (development ? TEST_BITCOIN_XPUB : null);
  return {
    timeoutMs: values.CHAIN_TIMEOUT_MS,
    evm: {
      rpcUrl: values.EVM_RPC_URL,
      chainId,
      xpub: evmXpub,
      tokens: readTokens(values.EVM_TOKENS, chainId),
      gasAddresses: values.EVM_GAS_ADDRESSES.split(",").filter((item) => evmAddress.test(item)),
      signer: readSigner(values, development),
      maxFeeGwei: values.EVM_MAX_FEE_GWEI,
      bumpMs: values.EVM_BUMP_SECONDS * SECOND,
      reserveGwei: values.HOT_WALLET_RESERVE_GWEI,
    },
    bitcoin: { apiBase: values.BITCOIN_API_BASE, network: values.BITCOIN_NETWORK, xpub: bitcoinXpub },
    coolingMs: values.WITHDRAWAL_COOLING_HOURS * HOUR,
    verificationRetentionDays: values.VERIFICATION_RETENTION_DAYS,
    testKeys: evmXpub === TEST_EVM_XPUB || bitcoinXpub === TEST_BITCOIN_XPUB || values.EVM_HOT_KEY === TEST_HOT_KEY,
  };
}

function readTokens(list: string | undefined, chainId: number): readonly TokenConfig[] {
  if (list === undefined || list === "") return chainId === 1 ? MAINNET_TOKENS : [];
  return list.split(",").map((item) => {
    const [asset = "", contract = "", decimals = ""] = item.split(":");
    return { asset, contract, decimals: Number(decimals) };
  });
}

/** A key of our own, else somebody who signs for us; development has the first account of every development node. */
function readSigner(values: Values, development: boolean): HotSigner | null {
  const { EVM_HOT_KEY: key, EVM_SIGNER_URL: url, EVM_SIGNER_SECRET: shared, EVM_HOT_ADDRESS: hot } = values;
  if (key !== null) return { kind: "key", key: key as `0x${string}` };
  if (url !== null && shared !== null && hot !== null) return { kind: "external", url, secret: shared, address: hot };
  return development ? { kind: "key", key: TEST_HOT_KEY } : null;
}
