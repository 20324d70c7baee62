/**
 * The legal documents, as templates with the operator's own data. A change of meaning gets a new version, which everybody
 * is asked for again; what was accepted stays as it was written down.
 */

export const DOCUMENT_NAMES = ["privacy", "terms", "referral"] as const;
export type DocumentName = (typeof DOCUMENT_NAMES)[number];

export interface OperatorData {
  readonly name: string;
  readonly address: string;
  readonly email: string;
  readonly jurisdiction: string;
  readonly origin: string;
}

export interface Section {
  readonly title: string;
  readonly text: string;
}

export interface LegalDocument {
  readonly name: DocumentName;
  readonly title: string;
  /** The day from which it holds. */
  readonly version: string;
  readonly sections: readonly Section[];
}

type Template = Omit<LegalDocument, "name" | "sections"> & {
  readonly sections: (by: OperatorData) => readonly Section[];
};

const TEMPLATES: Readonly<Record<DocumentName, Template>> = {
  privacy: {
    title: "Privacy policy",
    version: "2026-11-21",
    sections: (by) => [
      { title: "Who is responsible", text: `${by.name}, ${by.address}. Questions about your data: ${by.email}.` },
      {
        title: "What is kept, and why",
        text: "Your account (address, telephone number, name), how you sign in, what you write to support, what you buy, and what you enter into budgets and scans: to give you the service that you asked for. Records of money: because the law asks for them. Sign-ins and their sources: to keep your account safe.",
      },
      {
        title: "Who else sees it",
        text: "Cloudflare stores and serves it. Payment gateways, mail and SMS providers get what they need for their part. A model of the assistant gets your question and the figures that it needs, and not your name. Nobody is sold anything.",
      },
      {
        title: "How long",
        text: "Sign-ins 400 days; sessions 30 days after their end; messages as sent 90 days; events of gateways 90 days; documents of verification 90 days after the decision. Records of money stay for as long as the law asks, without your person once your account is gone. Backups are taken away after a year at the latest, and a deletion is applied again whenever one is restored.",
      },
      {
        title: "Cookies",
        text: "Those that keep you signed in, recognise your device, and remember who sent you here for thirty days. None of them follows you elsewhere.",
      },
      {
        title: "Your rights",
        text: `Take everything along or delete your account in your profile at ${by.origin}; deletion takes effect after fourteen days. You may also ask for a correction, object, or complain to your authority. We answer within a month: ${by.email}.`,
      },
    ],
  },
  terms: {
    title: "Terms of service",
    version: "2026-11-21",
    sections: (by) => [
      { title: "Between whom", text: `Between you and ${by.name}, ${by.address}, reachable at ${by.email}.` },
      {
        title: "Your account",
        text: "It is yours alone. You are of age, what you tell us is true, and you keep your password and second factor to yourself. We may suspend an account that is used against the law, these terms or other customers.",
      },
      {
        title: "No advice",
        text: "Prices, scans, backtests and answers of the assistant are information. They are no advice to buy or sell anything, may be late or wrong, and say nothing of the future.",
      },
      {
        title: "Money",
        text: "Plans renew until they are cancelled. Fees and taxes are shown before you pay. A trade in the market is between its two sides; the asset stays in escrow until it is released, cancelled or decided on. What was sent to a wrong address cannot be brought back.",
      },
      {
        title: "Liability",
        text: "We answer without limit for intent and gross negligence, and for injury to life, body and health; otherwise for breaches of essential duties alone, up to the damage that could be foreseen.",
      },
      {
        title: "Law",
        text: `These terms stand under ${by.jurisdiction}. A change is announced, and you are asked to accept it.`,
      },
    ],
  },
  referral: {
    title: "Referral terms",
    version: "2026-11-21",
    sections: (by) => [
      {
        title: "What you earn",
        text: "A commission on what people buy who came by your link, at the rates that each package states, on the first and the second level. The last link that somebody followed counts, for thirty days. Your own purchases earn nothing.",
      },
      {
        title: "When",
        text: "A commission waits until the time for refunds is over, and then lies in your wallet. A refund takes it back, also when it was paid out already; the debt is settled with what you earn next.",
      },
      {
        title: "What is not allowed",
        text: "Unasked mail, promises of earnings, advertising under our name, and accounts of your own to refer yourself. Commissions so earned are taken back.",
      },
      {
        title: "Taxes",
        text: `You pay your own. Where the law asks ${by.name} to withhold, the payout says how much.`,
      },
    ],
  },
};

export function writeDocument(name: DocumentName, by: OperatorData): LegalDocument {
  const { title, version, sections } = TEMPLATES[name];
  return { name, title, version, sections: sections(by) };
}

export function versionOf(name: DocumentName): string {
  return TEMPLATES[name].version;
}

/** What everybody accepts who has an account; the referral terms are accepted by whoever refers. */
export const NEEDED: readonly DocumentName[] = ["privacy", "terms"];

/** The documents whose present version somebody has yet to accept. */
export function outstanding(
  accepted: readonly { readonly document: string; readonly version: string }[],
): DocumentName[] {
  return NEEDED.filter((name) => !accepted.some((row) => row.document === name && row.version === versionOf(name)));
}
