import { z } from "zod";
import type { AssistantConfig } from "./env.assistant.ts";
import { ASSISTANT_HELP, ASSISTANT_SHAPE, readAssistant } from "./env.assistant.ts";
import type { MessagingConfig } from "./env.messaging.ts";
import { MESSAGING_HELP, MESSAGING_SHAPE, readMessaging } from "./env.messaging.ts";
import type { PaymentsConfig } from "./env.payments.ts";
import type { ChainsConfig } from "./env.chains.ts";
import { CHAINS_HELP, CHAINS_SHAPE, readChains } from "./env.chains.ts";
import { list } from "./env.fields.ts";
import type { LaunchConfig } from "./env.launch.ts";
import { LAUNCH_HELP, LAUNCH_SHAPE, readLaunch } from "./env.launch.ts";
import { PAYMENTS_HELP, PAYMENTS_SHAPE, readPayments } from "./env.payments.ts";
import type { P2pConfig, PriceIndexConfig } from "./env.p2p.ts";
import { P2P_HELP, P2P_SHAPE, readP2p, readPriceIndex } from "./env.p2p.ts";
import type { PayoutsConfig } from "./env.payouts.ts";
import { PAYOUTS_HELP, PAYOUTS_SHAPE, readPayouts } from "./env.payouts.ts";

/** Everything that an operator can set, read and checked once for each isolate. */

const flag = z
  .enum(["true", "false", ""])
  .default("false")
  .transform((text) => text === "true");

/** Whether a text is an origin and nothing more. A refinement must not throw: the error would quote the text. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

const keyring = z
  .string()
  .regex(/^[a-z0-9]{1,16}:[A-Za-z0-9_-]{43}(,[a-z0-9]{1,16}:[A-Za-z0-9_-]{43})*$/, "must be id:key pairs")
  .transform((text) =>
    text.split(",").map((pair) => ({ id: pair.slice(0, pair.indexOf(":")), key: pair.slice(pair.indexOf(":") + 1) })),
  )
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, "must not name a key twice");

const schema = z.object({
  ENVIRONMENT: z.enum(["development", "staging", "production"]),
  PUBLIC_ORIGIN: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
  CORS_ORIGINS: list.pipe(z.array(z.string().refine(isOrigin, "must be bare origins"))),
  MODULES: list.transform((names) => (names.length === 0 || names.includes("all") ? null : new Set(names))),
  DOCS_ENABLED: flag,
  FIELD_KEYS: keyring,
  METRICS_TOKEN: z.string().min(16).optional(),
  SENTRY_DSN: z.union([z.literal(""), z.url()]).optional(),
  SENTRY_SAMPLE_RATE: z.coerce.number().min(0).max(1).default(1),
  RATE_LIMIT_SCALE: z.coerce.number().min(0.001).max(1_000_000).default(1),
  SMS_COUNTRIES: list.pipe(z.array(z.string().regex(/^[1-9][0-9]{0,3}$/, "must be calling codes"))),
  VERSION: z.string().default("development"),
  ...MESSAGING_SHAPE,
  SELLER: z
    .string()
    .default("Bourse")
    .transform((text) => text.split("|").map((line) => line.trim()))
    .pipe(z.array(z.string().min(1).max(120)).min(1).max(10)),
  ...PAYMENTS_SHAPE,
  ...PAYOUTS_SHAPE,
  ...LAUNCH_SHAPE,
  ...ASSISTANT_SHAPE,
  COMMISSION_HOLD_DAYS: z.coerce.number().int().min(0).max(365).default(7),
  ...CHAINS_SHAPE,
  ...P2P_SHAPE,
  MARKET_PROVIDER: z.enum(["generated", "polygon", "alpaca"]).default("generated"),
  MARKET_API_BASE: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).optional(),
  MARKET_API_KEY: z.string().optional(),
  MARKET_API_SECRET: z.string().optional(),
  WEBHOOK_TIMEOUT_MS: z.coerce.number().int().min(100).max(30_000).default(10_000),
  WEBHOOK_RESOLVER_URL: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).optional(),
});

const HELP: Readonly<Record<keyof z.infer<typeof schema>, string>> = {
  ENVIRONMENT: "Set it to development, staging or production under [vars] in wrangler.toml.",
  PUBLIC_ORIGIN: "Set it to the address that customers open, such as https://bourse.example.com, under [vars].",
  CORS_ORIGINS:
    "Set it to a comma-separated list of exact origins, such as https://app.example.com, or leave it empty.",
  MODULES: "Set it to `all` or to a comma-separated list of module names.",
  DOCS_ENABLED: "Set it to true or false.",
  FIELD_KEYS:
    "Set it with `wrangler secret put FIELD_KEYS` to `k1:` and 32 random bytes in base64url; to rotate, put the new pair first.",
  METRICS_TOKEN: "Set it with `wrangler secret put METRICS_TOKEN` to at least 16 characters.",
  SENTRY_DSN: "Set it to the address of your Sentry project, or leave it out.",
  SENTRY_SAMPLE_RATE: "Set it to the share of unexpected errors that Sentry is told of, 0 to 1; 1 is the default.",
  RATE_LIMIT_SCALE: "Set it to the factor by which limits per source are multiplied; 1 is the default.",
  SMS_COUNTRIES: "Set it to a comma-separated list of calling codes, such as 91,1,44, or leave it out for all.",
  VERSION: "Deploys set it to the commit that they ship.",
  ...MESSAGING_HELP,
  SELLER: "Set it to the lines that stand on invoices: name, address, tax number, with | between them.",
  ...PAYMENTS_HELP,
  ...PAYOUTS_HELP,
  ...LAUNCH_HELP,
  ...ASSISTANT_HELP,
  COMMISSION_HOLD_DAYS: "Set it to how many days a commission waits for refunds; 7 is the default.",
  ...CHAINS_HELP,
  ...P2P_HELP,
  MARKET_PROVIDER: "Set it to generated (a made-up market), polygon or alpaca.",
  MARKET_API_BASE: "Set it to the address of the provider of market data, such as https://api.polygon.io.",
  MARKET_API_KEY: "Set it with `wrangler secret put MARKET_API_KEY` to the key that the provider gave you.",
  MARKET_API_SECRET: "Set it with `wrangler secret put MARKET_API_SECRET`; only Alpaca has one.",
  WEBHOOK_TIMEOUT_MS: "Set it to how many milliseconds a customer's endpoint has for an answer; 10000 is the default.",
  WEBHOOK_RESOLVER_URL:
    "Set it to a resolver over HTTPS that answers in JSON, such as https://cloudflare-dns.com/dns-query, so that names of endpoints that lead to private addresses are refused.",
};

/** Everything that can be set, by name, and how to set it. */
export const SETTINGS: Readonly<Record<string, string>> = HELP;

export interface Config {
  readonly environment: "development" | "staging" | "production";
  readonly development: boolean;
  readonly publicOrigin: string;
  readonly corsOrigins: ReadonlySet<string>;
  /** Names of the products that are switched on; null means all. */
  readonly modules: ReadonlySet<string> | null;
  readonly docsEnabled: boolean;
  /** Keys for fields at rest; the first one encrypts, all of them decrypt. */
  readonly fieldKeys: readonly { readonly id: string; readonly key: string }[];
  readonly metricsToken: string | null;
  readonly sentryDsn: string | null;
  /** Share of the unexpected errors that Sentry is told of. */
  readonly sentrySampleRate: number;
  /** Factor on the limits per source. */
  readonly rateLimitScale: number;
  /** Calling codes that get one-time codes; null means all. */
  readonly smsCountries: readonly string[] | null;
  readonly version: string;
  readonly messaging: MessagingConfig;
  /** Who sells, line by line, as invoices say it. */
  readonly seller: readonly string[];
  readonly payments: PaymentsConfig;
  readonly payouts: PayoutsConfig;
  readonly launch: LaunchConfig;
  readonly assistant: AssistantConfig;
  /** How long a commission waits for refunds. */
  readonly commissionHoldDays: number;
  /** Where daily bars come from; `generated` is a made-up market. */
  readonly marketProvider: "generated" | "polygon" | "alpaca";
  readonly marketApiBase: string | null;
  readonly marketApiKey: string | null;
  readonly marketApiSecret: string | null;
  /** Calls to customers' own endpoints. */
  readonly webhooks: { readonly timeoutMs: number; readonly resolverUrl: string | null };
  readonly chains: ChainsConfig;
  readonly p2p: P2pConfig;
  readonly priceIndex: PriceIndexConfig;
}

/** Says which settings are missing or wrong and how to set each; its message never holds a value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  readonly settings: readonly string[];

  constructor(settings: readonly string[]) {
    super(settings.map((name) => `${name} is missing or wrong. ${SETTINGS[name] ?? ""}`).join(" "));
    this.settings = settings;
  }
}

const parsed = new WeakMap<object, Config>();

/** Reads the configuration out of the bindings. The same bindings are read once. */
export function readConfig(env: object): Config {
  const known = parsed.get(env);
  if (known) return known;
  const config = parseConfig(env);
  parsed.set(env, config);
  return config;
}

export function parseConfig(env: object): Config {
  const result = schema.safeParse(env);
  if (!result.success) {
    throw new ConfigError([...new Set(result.error.issues.map((issue) => String(issue.path[0])))]);
  }
  const values = result.data;
  const development = values.ENVIRONMENT === "development";
  const publicOrigin = values.PUBLIC_ORIGIN;
  return {
    environment: values.ENVIRONMENT,
    development,
    publicOrigin,
    corsOrigins: new Set(values.CORS_ORIGINS),
    modules: values.MODULES,
    docsEnabled: development || values.DOCS_ENABLED,
    fieldKeys: values.FIELD_KEYS,
    metricsToken: values.METRICS_TOKEN ?? null,
    sentryDsn: values.SENTRY_DSN || null,
    sentrySampleRate: values.SENTRY_SAMPLE_RATE,
    rateLimitScale: values.RATE_LIMIT_SCALE,
    smsCountries: values.SMS_COUNTRIES.length === 0 ? null : values.SMS_COUNTRIES,
    version: values.VERSION,
    messaging: readMessaging(values, { development, publicOrigin }),
    seller: values.SELLER,
    payments: readPayments(values, { development }),
    payouts: readPayouts(values),
    launch: readLaunch(values, { development }),
    assistant: readAssistant(values),
    commissionHoldDays: values.COMMISSION_HOLD_DAYS,
    chains: readChains(values, { development }),
    p2p: readP2p(values, { development }),
    priceIndex: readPriceIndex(values),
    marketProvider: values.MARKET_PROVIDER,
    marketApiBase: values.MARKET_API_BASE || null,
    marketApiKey: values.MARKET_API_KEY || null,
    marketApiSecret: values.MARKET_API_SECRET || null,
    webhooks: { timeoutMs: values.WEBHOOK_TIMEOUT_MS, resolverUrl: values.WEBHOOK_RESOLVER_URL || null },
  };
}
