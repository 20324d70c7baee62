import type { Catalogue } from "./catalogue.ts";
import type { Block } from "./content.ts";
import { button, facts, paragraph } from "./content.ts";

type MarketKind =
  | "tradeState"
  | "dispute"
  | "scanAlert"
  | "webhookDisabled"
  | "ticketAnswered"
  | "operatorAlert"
  | "monthlyReport"
  | "statusConfirm"
  | "incident"
  | "broadcast";

const INCIDENT = {
  investigating: "We are looking into it",
  identified: "We know the cause",
  monitoring: "We are watching the repair",
  resolved: "It is over",
} as const;

const TRADE = {
  escrowed: "has begun",
  paid: "was marked as paid",
  released: "is complete",
  cancelled: "was cancelled",
  expired: "ran out of time",
  disputed: "is in dispute",
  resolved: "was decided",
} as const;

const DISPUTE = { opened: "was opened", assigned: "has an arbitrator", resolved: "was decided" } as const;

const WEBHOOK = {
  failures: "has taken nothing for five days",
  gone: "says that it is gone",
} as const;

const SHOWN = 20;

export const marketMails: Pick<Catalogue["mail"], MarketKind> = {
  tradeState: ({ amount, asset, state, counterparty, deadline, path }, say) => ({
    subject: `Your trade ${TRADE[state]}`,
    preheader: `${say.money(amount, asset)} with ${counterparty}.`,
    blocks: [
      paragraph(`Your trade of ${say.money(amount, asset)} with ${counterparty} ${TRADE[state]}.`),
      ...(deadline === null ? [] : [facts(["Next step until", say.moment(deadline)])]),
      button("Open the trade", path),
    ],
  }),
  dispute: ({ state, reason, path }) => ({
    subject: `A dispute ${DISPUTE[state]}`,
    preheader: `The dispute over your trade ${DISPUTE[state]}.`,
    blocks: [
      paragraph(`The dispute over your trade ${DISPUTE[state]}.`),
      ...(reason === null ? [] : [facts(["Reason", reason])]),
      button("Open the dispute", path),
    ],
  }),
  scanAlert: ({ scan, entered, left, at, path }, say) => ({
    subject: `${scan}: ${say.count(entered.length)} in, ${say.count(left.length)} out`,
    preheader: entered.length > 0 ? say.list(entered.slice(0, SHOWN)) : say.list(left.slice(0, SHOWN)),
    blocks: [
      paragraph(`The result of “${scan}” has changed, as of ${say.moment(at)}.`),
      facts(...symbols("In", entered, say.list), ...symbols("Out", left, say.list)),
      button("Open the scan", path),
    ],
  }),
  webhookDisabled: ({ host, reason, at, path }, say) => ({
    subject: `Your webhook at ${host} was switched off`,
    preheader: "Nothing is sent to it any more.",
    blocks: [
      paragraph(`Your webhook at ${host} ${WEBHOOK[reason]} and was switched off at ${say.moment(at)}.`),
      paragraph("Switch it on again once it answers. What did not arrive can be sent again from its list."),
      button("Open your webhooks", path),
    ],
  }),
  ticketAnswered: ({ subject, path }) => ({
    subject: "We have answered you",
    preheader: subject,
    blocks: [paragraph(`There is an answer to “${subject}”.`), button("Read it", path)],
  }),
  operatorAlert: ({ subject, text, facts: rows, path }) => ({
    subject,
    preheader: text,
    blocks: [
      paragraph(text),
      facts(...rows.map(({ label, value }) => [label, value] as const)),
      button("See to it", path),
    ],
  }),
  monthlyReport: ({ month, facts: rows, path }, say) => ({
    subject: `Your ${say.month(month)}`,
    preheader: "Your month in figures.",
    blocks: [
      paragraph(`This was your ${say.month(month)}.`),
      facts(...rows.map(({ label, value }) => [label, value] as const)),
      button("Open the report", path),
    ],
  }),
  statusConfirm: ({ path, expiresAt }, say) => ({
    subject: "Do you want mails about incidents?",
    preheader: "One click, and you hear when something does not work.",
    blocks: [
      paragraph("Somebody, perhaps you, asked us to write to this address when something does not work."),
      button("Subscribe", path),
      paragraph(`The link is good until ${say.moment(expiresAt)}. Without it we write nothing more.`),
    ],
  }),
  incident: ({ title, state, message, at, path }, say) => ({
    subject: `${INCIDENT[state]}: ${title}`,
    preheader: message.split("\n")[0]?.slice(0, 120) ?? "",
    blocks: [
      facts(["State", INCIDENT[state]], ["As of", say.moment(at)]),
      ...paragraphsOf(message),
      button("Status page", path),
    ],
  }),
  broadcast: ({ subject, body, path }) => ({
    subject,
    preheader: body.split("\n")[0]?.slice(0, 120) ?? "",
    blocks: [...paragraphsOf(body), ...(path === null ? [] : [button("Open Bourse", path)])],
  }),
};

function symbols(
  label: string,
  names: readonly string[],
  list: (items: readonly string[]) => string,
): (readonly [string, string])[] {
  if (names.length === 0) return [];
  const more = names.length > SHOWN ? [`${names.length - SHOWN} more`] : [];
  return [[label, list([...names.slice(0, SHOWN), ...more])]];
}

function paragraphsOf(body: string): Block[] {
  return body
    .split(/\n{2,}/)
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map(paragraph);
}
