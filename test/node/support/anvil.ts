import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import path from "node:path";
import { privateKeyToAccount } from "viem/accounts";
import { encodeFunctionData, getAddress } from "viem/utils";
import { ROOT } from "../../../scripts/project.ts";
import { unusedPort } from "./process.ts";

/** A real Ethereum node on loopback, a door before it that loses answers, and tokens to move on it. */

const ANVIL = path.join(ROOT, "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");

/** The node comes for Linux on x64 alone. */
export const hasAnvil = existsSync(ANVIL);

/** The node's unlocked accounts; the first is the hot wallet of development. */
const ACCOUNTS = ["0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"] as const;
export const HOT_ADDRESS = ACCOUNTS[0];
const SENDER = ACCOUNTS[1];
/** The private key of `SENDER`. */
const SENDER_KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

const SOURCE = `
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;
contract Token {
  string public symbol = "USDT";
  uint8 public decimals = 6;
  mapping(address => uint256) public balanceOf;
  event Transfer(address indexed from, address indexed to, uint256 value);
  constructor() { balanceOf[msg.sender] = 1e15; }
  function transfer(address to, uint256 value) public returns (bool) {
    require(balanceOf[msg.sender] >= value, "balance");
    balanceOf[msg.sender] -= value;
    balanceOf[to] += value;
    emit Transfer(msg.sender, to, value);
    return true;
  }
  function twice(address to, uint256 value) external { transfer(to, value); transfer(to, value); }
}`;

const uint = (name: string) => ({ name, type: "uint256" }) as const;
const address = (name: string) => ({ name, type: "address" }) as const;
const method = <const N extends string>(name: N) =>
  ({
    type: "function",
    name,
    stateMutability: "nonpayable",
    inputs: [address("to"), uint("value")],
    outputs: [],
  }) as const;
const ABI = [method("transfer"), method("twice")] as const;

/** Calls of the token's methods. */
export function callToken(functionName: "transfer" | "twice", to: string, value: bigint): string {
  return encodeFunctionData({ abi: ABI, functionName, args: [to as `0x${string}`, value] });
}

interface Solc {
  compile(input: string): string;
}

function compileToken(): string {
  const solc = createRequire(import.meta.url)("solc") as Solc;
  const settings = { evmVersion: "shanghai", outputSelection: { "*": { "*": ["evm.bytecode.object"] } } };
  const input = { language: "Solidity", sources: { "token.sol": { content: SOURCE } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as {
    contracts: { "token.sol": { Token: { evm: { bytecode: { object: string } } } } };
  };
  return `0x${output.contracts["token.sol"].Token.evm.bytecode.object}`;
}

export class Anvil {
  readonly url: string;
  readonly #stop: () => void;

  constructor(url: string, stop: () => void) {
    this.url = url;
    this.#stop = stop;
  }

  stop(): void {
    this.#stop();
  }

  async call<T = string>(name: string, ...params: readonly unknown[]): Promise<T> {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: name, params });
    const response = await fetch(this.url, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const answer = (await response.json()) as { result: T; error?: { message: string } };
    if (answer.error) throw new Error(`${name}: ${answer.error.message}`);
    return answer.result;
  }

  async send(transaction: Readonly<Record<string, string>>): Promise<string> {
    return await this.call("eth_sendTransaction", { from: SENDER, ...transaction });
  }

  async mine(blocks: number): Promise<void> {
    await this.call("anvil_mine", `0x${blocks.toString(16)}`);
  }

  async balance(of: string): Promise<bigint> {
    return BigInt(await this.call("eth_getBalance", of, "latest"));
  }

  async tokenBalance(token: string, of: string): Promise<bigint> {
    const data = `0x70a08231${of.slice(2).toLowerCase().padStart(64, "0")}`;
    return BigInt(await this.call("eth_call", { to: token, data }, "latest"));
  }

  async nonce(of: string): Promise<number> {
    return Number(await this.call("eth_getTransactionCount", of, "latest"));
  }

  /** A transfer of `SENDER`'s whose bytes are kept, so that the very same transaction can come back. */
  async signTransfer(to: string, value: bigint): Promise<string> {
    const account = privateKeyToAccount(SENDER_KEY);
    const nonce = await this.nonce(account.address);
    const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n };
    const transfer = { chainId: 31_337, nonce, to: to as `0x${string}`, value, gas: 21_000n, ...fees };
    return await account.signTransaction(transfer);
  }

  /** A token whose whole supply lies with `SENDER`. */
  async deployToken(): Promise<string> {
    const hash = await this.send({ data: compileToken(), gas: "0x300000" });
    for (;;) {
      const receipt = await this.call<{ contractAddress: string } | null>("eth_getTransactionReceipt", hash);
      if (receipt) return getAddress(receipt.contractAddress);
      await sleep(10);
    }
  }
}

export async function startAnvil(): Promise<Anvil> {
  const port = await unusedPort();
  const child = spawn(ANVIL, ["--host", "127.0.0.1", "--port", String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("Listening on")) resolve();
    });
    child.once("close", () => reject(new Error("anvil ended.")));
  });
  return new Anvil(`http://127.0.0.1:${port}`, () => void child.kill("SIGKILL"));
}

/** What becomes of a transaction that is handed over. */
export type Fate = "pass" | "lose-request" | "lose-answer";

export interface Door {
  readonly url: string;
  /** Asked for every transaction, before the node has it. */
  fate: (count: number) => Fate | Promise<Fate>;
  stop(): void;
}

/** A door before the node, which may lose what is handed over, or the answer to it. */
export async function startDoor(node: string): Promise<Door> {
  let count = 0;
  const server = createServer((request, response) => {
    void handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const door: Door = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fate: () => "pass",
    stop: () => server.close(),
  };
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const sends = body.includes("eth_sendRawTransaction");
    const fate = sends ? await door.fate((count += 1)) : "pass";
    if (fate === "lose-request") return void response.destroy();
    const answer = await fetch(node, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const text = await answer.text();
    if (fate === "lose-answer") return void response.destroy();
    response.writeHead(answer.status, { "Content-Type": "application/json" }).end(text);
  }
  return door;
}
