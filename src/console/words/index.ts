import { account } from "./en.account.ts";
import { assistant } from "./en.assistant.ts";
import * as customers from "./en.customers.ts";
import { content } from "./en.content.ts";
import { decisions } from "./en.decisions.ts";
import { figures } from "./en.figures.ts";
import { operators } from "./en.operators.ts";
import { p2p } from "./en.p2p.ts";
import { people } from "./en.people.ts";
import { reports } from "./en.reports.ts";
import { sales } from "./en.sales.ts";
import { safety } from "./en.safety.ts";
import { scans } from "./en.scans.ts";
import { frame } from "./en.ts";
import { trading } from "./en.trading.ts";
import { wallet } from "./en.wallet.ts";
import { webhooks } from "./en.webhooks.ts";
import { hindi } from "./hi.ts";

const english = {
  ...customers,
  frame,
  account,
  assistant,
  p2p,
  wallet,
  operators,
  decisions,
  figures,
  content,
  safety,
  people,
  reports,
  sales,
  scans,
  trading,
  webhooks,
};

/** Everything that pages say, by area. A language may say a part of it; the rest stays English. */
export type Words = typeof english;

const BY_LANGUAGE: Readonly<Record<string, Partial<Words>>> = { hi: hindi };

/** The words for a locale such as `hi-IN`. */
export function wordsFor(locale: string): Words {
  return { ...english, ...BY_LANGUAGE[languageOf(locale)] };
}

/** The language of pages for a locale: one that we speak. */
export function languageOf(locale: string): string {
  const [language = "en"] = locale.toLowerCase().split("-");
  return language in BY_LANGUAGE ? language : "en";
}

/** The locale that a browser asks for first. */
export function preferredLocale(acceptLanguage: string | undefined): string {
  const [first = "en"] = (acceptLanguage ?? "en").split(",");
  const [locale = "en"] = first.split(";");
  return /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(locale.trim()) ? locale.trim() : "en";
}
