import type { LedgerAsset } from "#modules/ledger";
import { findAsset } from "#modules/ledger";

/**
 * On which terms an asset goes in and out, as data. Amounts are minor units of the asset.
 *
 * What must stay true: a fee is taken on top of what arrives; a tier above another never has a lower limit.
 */

export type NetworkName = "ethereum" | "bitcoin" | "sandbox";

/** How one asset moves on one network. */
export interface NetworkTerms {
  readonly network: NetworkName;
  /** Smaller deposits stay `detected` and are not credited. */
  readonly minDeposit: number;
  readonly minWithdrawal: number;
  readonly withdrawalFee: number;
  /** After so many a deposit is credited. */
  readonly confirmations: number;
  /** After so many it may be withdrawn. */
  readonly confirmationsToWithdraw: number;
  /** Deposits of at least `largeDeposit` are credited after `confirmationsOfLarge`. */
  readonly largeDeposit: number;
  readonly confirmationsOfLarge: number;
}

/** How much may leave, by verification tier: 0 unverified, 1 identity shown, 2 identity and address shown. */
export interface TierLimit {
  readonly perDay: number;
  readonly per30Days: number;
}

export interface AssetTerms {
  readonly asset: string;
  readonly kind: "fiat" | "crypto";
  readonly networks: readonly NetworkTerms[];
  readonly limits: readonly [TierLimit, TierLimit, TierLimit];
  /** From here on an operator looks at a withdrawal. */
  readonly operatorFrom: number;
  /** From here on two operators do. */
  readonly fourEyesFrom: number;
}

const SANDBOX: NetworkTerms = {
  network: "sandbox",
  minDeposit: 1,
  minWithdrawal: 1,
  withdrawalFee: 0,
  confirmations: 1,
  confirmationsToWithdraw: 1,
  largeDeposit: Number.MAX_SAFE_INTEGER,
  confirmationsOfLarge: 1,
};

const ETHEREUM: NetworkTerms = {
  ...SANDBOX,
  network: "ethereum",
  confirmations: 12,
  confirmationsToWithdraw: 12,
  confirmationsOfLarge: 12,
};

interface Sizes {
  /** What an unverified person may take out on a day. */
  readonly day: number;
  readonly networks: readonly NetworkTerms[];
  readonly kind: AssetTerms["kind"];
}

function terms(asset: string, { day, networks, kind }: Sizes): AssetTerms {
  const limit = (factor: number): TierLimit => ({ perDay: day * factor, per30Days: day * factor * 10 });
  return {
    asset,
    kind,
    networks: [...networks, SANDBOX],
    limits: [limit(1), limit(20), limit(500)],
    operatorFrom: day * 10,
    fourEyesFrom: day * 100,
  };
}

const STABLE = [{ ...ETHEREUM, minDeposit: 10_000, minWithdrawal: 10_000_000, withdrawalFee: 3_000_000 }];

const TERMS: readonly AssetTerms[] = [
  terms("INR", { kind: "fiat", day: 10_000_000, networks: [] }),
  terms("USD", { kind: "fiat", day: 100_000, networks: [] }),
  terms("USDT", { kind: "crypto", day: 1_000_000_000, networks: STABLE }),
  terms("USDC", { kind: "crypto", day: 1_000_000_000, networks: STABLE }),
  terms("BTC", {
    kind: "crypto",
    day: 2_000_000,
    networks: [
      {
        network: "bitcoin",
        minDeposit: 1_000,
        minWithdrawal: 20_000,
        withdrawalFee: 5_000,
        confirmations: 2,
        confirmationsToWithdraw: 3,
        largeDeposit: 100_000_000,
        confirmationsOfLarge: 6,
      },
    ],
  }),
  terms("ETH", {
    kind: "crypto",
    day: 500_000_000,
    networks: [{ ...ETHEREUM, minWithdrawal: 5_000_000, withdrawalFee: 1_000_000 }],
  }),
];

/** An asset that people have wallets in: what the ledger knows of it, and its terms. */
export interface WalletAsset extends AssetTerms {
  readonly ledger: LedgerAsset;
}

const ASSETS: ReadonlyMap<string, WalletAsset> = new Map(
  TERMS.flatMap((asset) => {
    const ledger = findAsset(asset.asset);
    return ledger ? [[asset.asset, { ...asset, ledger }] as const] : [];
  }),
);

/** Every asset that people have wallets in. The sandbox is a network of development alone. */
export function listWalletAssets(options: { readonly development: boolean }): WalletAsset[] {
  return [...ASSETS.values()].map((asset) => withNetworks(asset, options.development));
}

export function findWalletAsset(code: string, options: { readonly development: boolean }): WalletAsset | null {
  const asset = ASSETS.get(code);
  return asset ? withNetworks(asset, options.development) : null;
}

function withNetworks(asset: WalletAsset, development: boolean): WalletAsset {
  return development ? asset : { ...asset, networks: asset.networks.filter(({ network }) => network !== "sandbox") };
}

/** What operators may change of an asset's terms. Networks and confirmations are facts of the product. */
export interface ChangedTerms {
  readonly limits: AssetTerms["limits"];
  readonly operatorFrom: number;
  readonly fourEyesFrom: number;
  readonly networks: readonly Pick<NetworkTerms, "network" | "minDeposit" | "minWithdrawal" | "withdrawalFee">[];
}

/** An asset with what was changed of its terms; a network that the change does not name keeps its own. */
export function withChanges(asset: WalletAsset, changed: ChangedTerms | undefined): WalletAsset {
  if (!changed) return asset;
  const { limits, operatorFrom, fourEyesFrom } = changed;
  const networks = asset.networks.map((own) => ({
    ...own,
    ...changed.networks.find(({ network }) => network === own.network),
  }));
  return { ...asset, limits, operatorFrom, fourEyesFrom, networks };
}

/** What is wrong with changed terms, and where; null where nothing is. */
export function faultOf({
  limits,
  operatorFrom,
  fourEyesFrom,
}: ChangedTerms): { path: string; message: string } | null {
  for (const [tier, { perDay, per30Days }] of limits.entries()) {
    const below = limits[tier - 1];
    const path = `limits.tier${tier}`;
    if (per30Days < perDay) return { path, message: "A month holds what a day does." };
    if (below && (perDay < below.perDay || per30Days < below.per30Days))
      return { path, message: "A tier above another has no lower limit." };
  }
  return fourEyesFrom < operatorFrom ? { path: "fourEyesFrom", message: "One operator looks before two do." } : null;
}

/** An asset's terms on a network; null where it does not move there. */
export function networkTerms(asset: AssetTerms, network: string): NetworkTerms | null {
  return asset.networks.find((candidate) => candidate.network === network) ?? null;
}
