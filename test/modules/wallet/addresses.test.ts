import { describe, expect, it } from "vitest";
import { bitcoinChain, evmChain } from "#modules/chains";
import { aUser } from "../../support/actors.ts";
import { bodyOf, testApp } from "../../support/app.ts";
import { aHolder } from "../../support/wallets.ts";

const app = testApp();
const node = { url: "", timeoutMs: 1 };
/** Of the mnemonic that everybody knows: `m/44'/60'/0'` and, as BIP 84 publishes it, `m/84'/0'/0'`. */
const EVM_XPUB =
  "xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt";
const ZPUB =
  "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs";
const evm = evmChain({ node, chainId: 1, xpub: EVM_XPUB, tokens: [], gasAddresses: [] });
const bitcoin = bitcoinChain({ node, bitcoinNetwork: "mainnet", xpub: ZPUB });
const testnet = bitcoinChain({ node, bitcoinNetwork: "testnet", xpub: ZPUB });

describe("an Ethereum address", () => {
  const VALID = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
  ];

  it.each(VALID)("keeps its spelling where the checksum holds: %s", (address) => {
    expect(evm.parseAddress(address)).toBe(address);
    expect(evm.parseAddress(address.toLowerCase())).toBe(address);
  });

  it("is refused where its checksum is wrong or it is none", () => {
    for (const address of VALID)
      expect(
        evm.parseAddress(
          address.replace("0xf", "0xF").replace("Ae", "aE").replace("dbF", "DbF").replace("D1220A", "d1220A"),
        ),
      ).toBe(null);
    for (const text of [
      "",
      "0x",
      "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
      "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
      "vitalik.eth",
    ])
      expect(evm.parseAddress(text)).toBeNull();
  });

  it("follows from the extended public key", () => {
    expect(evm.deriveAddress(0)).toBe("0x9858EfFD232B4033E47d90003D41EC34EcaEda94");
    expect(evm.deriveAddress(1)).toBe("0x6Fac4D18c912343BF86fa7049364Dd4E424Ab9C0");
  });
});

describe("a Bitcoin address", () => {
  it("is known by its checksum, of every kind that there is", () => {
    for (const address of [
      "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
      "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
      "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
      "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    ])
      expect(bitcoin.parseAddress(address)).toBe(address);
    expect(bitcoin.parseAddress("BC1QCR8TE4KR609GCAWUTMRZA0J4XV80JY8Z306FYU")).toBe(
      "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu",
    );
  });

  it("is refused when a letter is wrong, when the kind of checksum is, and on the other network", () => {
    for (const address of [
      "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyv",
      "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
      "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
      "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
      "",
    ])
      expect(bitcoin.parseAddress(address)).toBeNull();
    expect(testnet.parseAddress("tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx")).not.toBeNull();
  });

  it("follows from the extended public key as BIP 84 says", () => {
    expect(bitcoin.deriveAddress(0)).toBe("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu");
    expect(bitcoin.deriveAddress(1)).toBe("bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g");
  });
});

describe("an address for deposits", () => {
  it("is its owner's alone, and the same however often and at once it is asked for", async () => {
    const people = Array.from({ length: 6 }, () => aUser());
    const ask = async (as: (typeof people)[number]) => {
      const answer = await app.call("POST /api/v1/wallets/ETH/deposit-address", { as, json: { network: "ethereum" } });
      return (await bodyOf<{ address: string }>(answer)).address;
    };
    const answers = await Promise.all(people.flatMap((as) => [ask(as), ask(as), ask(as)]));
    expect(new Set(answers).size).toBe(people.length);
    for (const [index, as] of people.entries()) expect(await ask(as)).toBe(answers[index * 3]);
  });

  it("exists on networks of the asset alone", async () => {
    const call = async (asset: string, network: string) =>
      (await app.call(`POST /api/v1/wallets/${asset}/deposit-address`, { as: aUser(), json: { network } })).status;
    expect([await call("BTC", "bitcoin"), await call("INR", "sandbox")]).toEqual([201, 201]);
    expect([await call("BTC", "ethereum"), await call("INR", "ethereum"), await call("ETH", "moon")]).toEqual([
      422, 422, 422,
    ]);
  });
});

describe("the address book", () => {
  const json = { network: "ethereum", address: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", label: "Mine" };

  it("takes an address once, in its canonical spelling, and again after it was deleted", async () => {
    const as = await aHolder(app);
    const add = async (body: object) => await app.call("POST /api/v1/withdrawal-addresses", { as, json: body });
    const first = await add({ ...json, address: json.address.toLowerCase() });
    expect(first.status).toBe(201);
    const made = await bodyOf<{ id: string; address: string; usableFrom: string; createdAt: string }>(first);
    expect(made.address).toBe(json.address);
    expect(Date.parse(made.usableFrom) - Date.parse(made.createdAt)).toBe(24 * 3_600_000);
    expect((await add(json)).status).toBe(409);
    expect((await app.call(`DELETE /api/v1/withdrawal-addresses/${made.id}`, { as })).status).toBe(204);
    expect((await app.call(`DELETE /api/v1/withdrawal-addresses/${made.id}`, { as })).status).toBe(404);
    expect((await add(json)).status).toBe(201);
  });

  it("takes none whose checksum is wrong, and none of a network that is not there", async () => {
    const as = await aHolder(app);
    for (const body of [
      { ...json, address: "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed" },
      { ...json, network: "bitcoin" },
      { ...json, network: "moon" },
      { ...json, label: " " },
    ])
      expect((await app.call("POST /api/v1/withdrawal-addresses", { as, json: body })).status).toBe(422);
  });
});
