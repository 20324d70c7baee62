import type { readD1Migrations } from "@cloudflare/vitest-plugin";
import type { TestProject } from "vitest/node";
import { startEsplora } from "./esplora.ts";
import { startHttp } from "./http.ts";
import { startMarket } from "./market.ts";
import { startOpenAi } from "./openai.ts";
import { startPrices } from "./prices.ts";
import { startReceiver } from "./receiver.ts";
import { startRazorpay } from "./razorpay/server.ts";
import { startRazorpayx } from "./razorpayx/server.ts";
import { startSmtp } from "./smtp.ts";
import { startStripe } from "./stripe/server.ts";

/** Ports of the simulated vendors, all on loopback. */
export interface VendorPorts {
  readonly http: number;
  /** Polygon and Alpaca, as far as bars go. */
  readonly market: number;
  /** Explorers of Bitcoin. */
  readonly esplora: number;
  /** Sources of crypto prices. */
  readonly prices: number;
  /** A server of Chat Completions. */
  readonly openai: number;
  /** Customers' own endpoints, and a resolver. */
  readonly receiver: number;
  /** Payment gateways. */
  readonly stripe: number;
  readonly razorpay: number;
  /** Payouts to banks. */
  readonly razorpayx: number;
  /** A relay that lets everybody in. */
  readonly smtp: number;
  /** One that wants a name and a password, and lets them be sent in the clear. */
  readonly smtpWithNames: number;
  /** One that asks for name and password one by one. */
  readonly smtpByLogin: number;
  /** One that knows no EHLO. */
  readonly smtpOld: number;
  /** One that offers TLS under a certificate that nobody trusts. */
  readonly smtpWithTls: number;
}

declare module "vitest" {
  interface ProvidedContext {
    migrations: Awaited<ReturnType<typeof readD1Migrations>>;
    vectors: Readonly<Record<string, string>> | null;
    vendors: VendorPorts;
    live: Readonly<Record<string, string>> | null;
    random: { readonly seed: number; readonly nightly: boolean };
    recording: boolean;
  }
}

const running: { stop: () => void }[] = [];

/** Starts the vendors before the tests. */
export async function setup(project: TestProject): Promise<void> {
  const http = await startHttp();
  const market = await startMarket();
  const esplora = await startEsplora();
  const prices = await startPrices();
  const openai = await startOpenAi();
  const receiver = await startReceiver();
  const stripe = await startStripe();
  const razorpay = await startRazorpay();
  const razorpayx = await startRazorpayx();
  const smtp = await startSmtp("smtp", { disabledCommands: ["AUTH", "STARTTLS"] });
  const smtpWithNames = await startSmtp("smtp", { disabledCommands: ["STARTTLS"], allowInsecureAuth: true });
  const smtpOld = await startSmtp("smtp", { disabledCommands: ["STARTTLS", "AUTH", "EHLO"] });
  const smtpByLogin = await startSmtp("smtp", {
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    authMethods: ["LOGIN"],
  });
  const smtpWithTls = await startSmtp("smtp", { disabledCommands: ["AUTH"] });
  running.push(
    http,
    market,
    esplora,
    prices,
    stripe,
    razorpay,
    razorpayx,
    openai,
    receiver,
    smtp,
    smtpWithNames,
    smtpByLogin,
    smtpOld,
    smtpWithTls,
  );
  project.provide("vendors", {
    http: http.port,
    market: market.port,
    esplora: esplora.port,
    prices: prices.port,
    stripe: stripe.port,
    razorpay: razorpay.port,
    razorpayx: razorpayx.port,
    openai: openai.port,
    receiver: receiver.port,
    smtp: smtp.port,
    smtpWithNames: smtpWithNames.port,
    smtpByLogin: smtpByLogin.port,
    smtpOld: smtpOld.port,
    smtpWithTls: smtpWithTls.port,
  });
}

/** Stops them after. */
export function teardown(): void {
  for (const { stop } of running) stop();
}
