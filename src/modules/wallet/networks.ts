import type { Chain } from "#modules/chains";
import { bitcoinChain, evmChain } from "#modules/chains";
import type { Config } from "#platform/env";
import type { NetworkName } from "./terms.ts";

/** The chain of a network, as far as the operator has set it up: without its extended key there is none. */
export function chainOf(config: Config, network: string): Chain | null {
  const { evm, bitcoin, timeoutMs } = config.chains;
  if (network === "ethereum" && evm.xpub !== null) {
    const { chainId, xpub, tokens, gasAddresses } = evm;
    return evmChain({ node: { url: evm.rpcUrl ?? "", timeoutMs }, chainId, xpub, tokens, gasAddresses });
  }
  if (network === "bitcoin" && bitcoin.xpub !== null) {
    const { xpub, network: bitcoinNetwork } = bitcoin;
    return bitcoinChain({ node: { url: bitcoin.apiBase ?? "", timeoutMs }, bitcoinNetwork, xpub });
  }
  return null;
}

/** The networks that can be asked at all. */
export function watchedNetworks({ chains: { evm, bitcoin } }: Config): NetworkName[] {
  const watched: NetworkName[] = [];
  if (evm.rpcUrl !== null && evm.xpub !== null) watched.push("ethereum");
  if (bitcoin.apiBase !== null && bitcoin.xpub !== null) watched.push("bitcoin");
  return watched;
}

const SANDBOX_ADDRESS = /^sandbox:[a-z0-9_-]{1,64}$/;

/** The canonical spelling of an address of a network; null when it is none or its checksum is wrong. */
export function parseAddress(config: Config, network: string, text: string): string | null {
  if (network === "sandbox") return SANDBOX_ADDRESS.test(text) ? text : null;
  return chainOf(config, network)?.parseAddress(text) ?? null;
}
