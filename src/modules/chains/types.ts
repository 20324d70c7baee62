/**
 * One interface over every network.
 *
 * What must stay true: an output is told apart from every other by transaction and place within it, the same in
 * whichever block the transaction ends up; amounts are whole numbers of the chain's smallest unit.
 */

export type NetworkName = "ethereum" | "bitcoin";

/** Something that arrived at an address. */
export interface Output {
  readonly txid: string;
  /** `native`, `log:0` (counted within the transaction, not the block), `vout:1`. */
  readonly output: string;
  /** The asset's code, as the operator's configuration names the contract. */
  readonly asset: string;
  /** In its canonical spelling. */
  readonly address: string;
  /** In the chain's smallest unit. */
  readonly raw: bigint;
  /** Decimals of that unit. */
  readonly decimals: number;
  /** Null while it is in no block. */
  readonly height: number | null;
  readonly blockHash: string | null;
}

export interface Search {
  readonly fromHeight: number;
  readonly toHeight: number;
  /** Which of these addresses are watched. Networks that are read block by block ask this. */
  readonly ours: (addresses: readonly string[]) => Promise<ReadonlySet<string>>;
  /** The addresses whose turn it is. Networks that are read address by address ask this. */
  readonly due: () => Promise<readonly string[]>;
}

export interface Chain {
  readonly network: NetworkName;
  /** How many blocks a pass may look through. */
  readonly blocksPerPass: number;
  /** The canonical spelling; null when the text is no address or its checksum is wrong. */
  parseAddress(text: string): string | null;
  /** The n-th address of the operator's extended public key. */
  deriveAddress(index: number): string;
  /** The height of the chain. */
  readTip(): Promise<number>;
  /** What has arrived at watched addresses. */
  findOutputs(search: Search): Promise<Output[]>;
  /** What transactions have in the chain as it stands now; one that is nowhere has no entry. */
  locate(txids: readonly string[]): Promise<ReadonlyMap<string, readonly Output[]>>;
}

/** The network could not be asked, or answered what makes no sense. Nothing follows from it; ask again later. */
export class ChainUnavailable extends Error {
  override readonly name = "ChainUnavailable";
}

/**
 * An amount of the chain in minor units of ours, rounded down, and what is left below one.
 *
 * @param scale decimals of our minor unit
 */
export function toMinor(raw: bigint, decimals: number, scale: number): { minor: bigint; remainder: bigint } {
  if (decimals <= scale) return { minor: raw * 10n ** BigInt(scale - decimals), remainder: 0n };
  const unit = 10n ** BigInt(decimals - scale);
  return { minor: raw / unit, remainder: raw % unit };
}

/** Minor units of ours in the chain's smallest unit. Throws `RangeError` when the chain cannot say it exactly. */
export function toRaw(minor: number, scale: number, decimals: number): bigint {
  if (decimals >= scale) return BigInt(minor) * 10n ** BigInt(decimals - scale);
  const unit = 10n ** BigInt(scale - decimals);
  if (BigInt(minor) % unit !== 0n) throw new RangeError("The chain does not count this finely.");
  return BigInt(minor) / unit;
}
