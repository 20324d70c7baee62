import { SECOND } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import { resolveRecords } from "#platform/name-resolver";

/** Whether others will take mail of the sender's domain for genuine: what stands in its DNS. */

const TIMEOUT_MS = 4 * SECOND;

interface Check {
  readonly id: string;
  readonly title: string;
  readonly name: string;
  readonly fix: string;
  /** What is wrong with the texts that were found; null when nothing is. */
  readonly fault: (texts: readonly string[]) => string | null;
}

export async function mailItems(ctx: Ctx): Promise<ReadinessItem[]> {
  return await Promise.all(checksOf(ctx).map(async (check) => await look(ctx, check)));
}

function checksOf({ config }: Ctx): Check[] {
  const domain = config.messaging.mail.from.address.replace(/^.*@/, "");
  const selectors = config.launch.dkimSelectors;
  return [
    {
      id: "mail.spf",
      title: "The domain says who may send its mail (SPF)",
      name: domain,
      fix: `Publish one TXT record "v=spf1 include:… -all" at ${domain}.`,
      fault: faultOfSpf,
    },
    {
      id: "mail.dmarc",
      title: "The domain says what becomes of forged mail (DMARC)",
      name: `_dmarc.${domain}`,
      fix: `Publish a TXT record "v=DMARC1; p=quarantine; rua=mailto:…" at _dmarc.${domain}.`,
      fault: faultOfDmarc,
    },
    ...(selectors.length === 0 ? [""] : selectors).map((selector) => ({
      id: selector === "" || selectors.length === 1 ? "mail.dkim" : `mail.dkim.${selector}`,
      title: "Mail is signed under a published key (DKIM)",
      name: selector === "" ? "" : `${selector}._domainkey.${domain}`,
      fix: "Publish the key that your mail provider names, and set MAIL_DKIM_SELECTORS to its selector.",
      fault: faultOfDkim,
    })),
  ];
}

function faultOfSpf(texts: readonly string[]): string | null {
  const records = texts.filter((text) => /^v=spf1(?:\s|$)/i.test(text));
  if (records.length !== 1)
    return records.length === 0 ? "There is no SPF record." : "There is more than one SPF record.";
  return /\s[-~]all\b/i.test(records[0] ?? "")
    ? null
    : "The SPF record lets everybody send: it must end in -all or ~all.";
}

function faultOfDmarc(texts: readonly string[]): string | null {
  const record = texts.find((text) => /^v=DMARC1\s*;/i.test(text));
  if (record === undefined) return "There is no DMARC record.";
  return /;\s*p=(?:quarantine|reject)\b/i.test(record) ? null : "DMARC's policy is none.";
}

function faultOfDkim(texts: readonly string[]): string | null {
  const record = texts.find((text) => /(?:^|;)\s*p=/i.test(text));
  if (record === undefined) return "There is no DKIM key.";
  return /(?:^|;)\s*p=[A-Za-z0-9+/]{40,}/i.test(record) ? null : "The DKIM key is revoked.";
}

async function look(ctx: Ctx, { id, title, name, fix, fault }: Check): Promise<ReadinessItem> {
  const base = { id, group: "mail", title, fix } as const;
  const { resolverUrl } = ctx.config.launch;
  if (resolverUrl === null)
    return { ...base, status: "warn", evidence: "Development asks no resolver; set DNS_RESOLVER_URL to look." };
  if (name === "") return { ...base, status: "fail", evidence: "MAIL_DKIM_SELECTORS is not set." };
  const texts = await resolveRecords(resolverUrl, { name, type: "TXT", timeoutMs: TIMEOUT_MS });
  if (texts === null) return { ...base, status: "warn", evidence: `The resolver does not answer for ${name}.` };
  const wrong = fault(texts);
  return {
    ...base,
    status: wrong === null ? "pass" : "fail",
    evidence: wrong === null ? `${name} is in order.` : `${name}: ${wrong}`,
  };
}
