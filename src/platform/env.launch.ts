import { z } from "zod";

/** What a launch is checked against: who operates the place, and where names are looked up. */

const text = z
  .string()
  .max(500)
  .optional()
  .transform((value) => value?.trim() || null);

const selectors = z
  .string()
  .default("")
  .transform((value) => value.split(",").filter((name) => name !== ""))
  .pipe(z.array(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i)));

export const LAUNCH_SHAPE = {
  DNS_RESOLVER_URL: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).optional(),
  MAIL_DKIM_SELECTORS: selectors,
  MIGRATION: text,
  LEGAL_EMAIL: z.union([z.literal(""), z.email()]).optional(),
  LEGAL_JURISDICTION: text,
};

export const LAUNCH_HELP: Readonly<Record<keyof typeof LAUNCH_SHAPE, string>> = {
  DNS_RESOLVER_URL:
    "Set it to a resolver over HTTPS that answers in JSON; https://cloudflare-dns.com/dns-query is the default outside of development.",
  MAIL_DKIM_SELECTORS: "Set it to the selectors under which your mail is signed, such as resend,s1.",
  MIGRATION: "Deploys set it to the newest migration that they ship.",
  LEGAL_EMAIL: "Set it to the address for questions about privacy and terms.",
  LEGAL_JURISDICTION: "Set it to whose law the terms stand under, such as `the laws of India, courts of Bengaluru`.",
};

export interface LaunchConfig {
  /** Where the records of the mail's domain are looked up; null for nowhere. */
  readonly resolverUrl: string | null;
  readonly dkimSelectors: readonly string[];
  /** The newest migration that this code was shipped with; null where nobody said. */
  readonly migration: string | null;
  readonly legalEmail: string | null;
  readonly jurisdiction: string | null;
}

type Values = z.output<z.ZodObject<typeof LAUNCH_SHAPE>>;

const DEFAULT_RESOLVER = "https://cloudflare-dns.com/dns-query";

export function readLaunch(values: Values, { development }: { readonly development: boolean }): LaunchConfig {
  return {
    resolverUrl: values.DNS_RESOLVER_URL || (development ? null : DEFAULT_RESOLVER),
    dkimSelectors: values.MAIL_DKIM_SELECTORS,
    migration: values.MIGRATION,
    legalEmail: values.LEGAL_EMAIL || null,
    jurisdiction: values.LEGAL_JURISDICTION,
  };
}
