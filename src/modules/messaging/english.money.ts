import type { Catalogue } from "./catalogue.ts";
import { button, facts, note, paragraph } from "./content.ts";

type MoneyKind =
  | "receipt"
  | "paymentFailed"
  | "trialEnding"
  | "subscriptionChanged"
  | "depositState"
  | "withdrawalState"
  | "commissionEarned"
  | "payoutState";

const SUBSCRIPTION = {
  started: "has started",
  renewed: "was renewed",
  upgraded: "was upgraded",
  downgraded: "will be smaller",
  cancelled: "was cancelled",
  paused: "is paused",
  resumed: "goes on",
  ended: "has ended",
} as const;

const DEPOSIT = { seen: "is on its way", credited: "has arrived", returned: "was sent back" } as const;

const WITHDRAWAL = {
  requested: "was requested",
  sent: "was sent",
  completed: "has arrived",
  failed: "did not go through",
  cancelled: "was cancelled",
} as const;

const PAYOUT = {
  requested: "was requested",
  approved: "was approved",
  processing: "is on its way to your bank",
  completed: "was paid",
  cancelled: "was cancelled",
  rejected: "was turned down",
  failed: "did not go through",
  reversed: "came back from your bank",
} as const;

const MONEY_BACK = new Set<string>(["cancelled", "rejected", "failed", "reversed"]);

export const moneyMails: Pick<Catalogue["mail"], MoneyKind> = {
  receipt: ({ number, lines, tax, total, paidAt, path }, say) => ({
    subject: `Receipt ${number}`,
    preheader: `${say.money(total.amount, total.asset)}, paid on ${say.day(paidAt)}.`,
    blocks: [
      paragraph(`Thank you. This is your receipt ${number} of ${say.day(paidAt)}.`),
      facts(
        ...lines.map(({ description, amount, asset }) => [description, say.money(amount, asset)] as const),
        ...(tax === null ? [] : [["Tax", say.money(tax.amount, tax.asset)] as const]),
        ["Total", say.money(total.amount, total.asset)],
      ),
      button("Look at the invoice", path),
    ],
  }),
  paymentFailed: ({ amount, asset, retryAt, path }, say) => ({
    subject: "A payment did not go through",
    preheader: `${say.money(amount, asset)} could not be collected.`,
    blocks: [
      paragraph(`We could not collect ${say.money(amount, asset)}.`),
      ...(retryAt === null ? [] : [paragraph(`We try again on ${say.day(retryAt)}.`)]),
      button("Check the payment method", path),
    ],
  }),
  trialEnding: ({ plan, endsAt, price, path }, say) => ({
    subject: "Your trial ends soon",
    preheader: `${plan} costs ${say.money(price.amount, price.asset)} from ${say.day(endsAt)}.`,
    blocks: [
      paragraph(`Your trial of ${plan} ends on ${say.moment(endsAt)}.`),
      paragraph(`After that it costs ${say.money(price.amount, price.asset)}, unless you cancel before.`),
      button("Look at your subscription", path),
    ],
  }),
  subscriptionChanged: ({ plan, change, from, path }, say) => ({
    subject: `Your subscription ${SUBSCRIPTION[change]}`,
    preheader: `${plan}, from ${say.day(from)}.`,
    blocks: [
      paragraph(`Your subscription ${SUBSCRIPTION[change]}.`),
      facts(["Plan", plan], ["From", say.day(from)]),
      button("Look at your subscription", path),
    ],
  }),
  depositState: ({ amount, asset, state, path }, say) => ({
    subject: `A deposit ${DEPOSIT[state]}`,
    preheader: `${say.money(amount, asset)} ${DEPOSIT[state]}.`,
    blocks: [
      paragraph(`Your deposit of ${say.money(amount, asset)} ${DEPOSIT[state]}.`),
      button("Open the wallet", path),
    ],
  }),
  withdrawalState: ({ amount, asset, state, path }, say) => ({
    subject: `A withdrawal ${WITHDRAWAL[state]}`,
    preheader: `${say.money(amount, asset)} ${WITHDRAWAL[state]}.`,
    blocks: [
      paragraph(`Your withdrawal of ${say.money(amount, asset)} ${WITHDRAWAL[state]}.`),
      ...(MONEY_BACK.has(state) ? [paragraph("The money is back in your wallet.")] : []),
      button("Look at the withdrawal", path),
      ...(state === "requested" ? [note("If this was not you, cancel it at once and change your password.")] : []),
    ],
  }),
  commissionEarned: ({ amount, asset, level, availableAt, path }, say) => ({
    subject: "You earned a commission",
    preheader: `${say.money(amount, asset)}, level ${say.count(level)}.`,
    blocks: [
      paragraph(`Somebody whom you brought in has bought; ${say.money(amount, asset)} of it is yours.`),
      facts(["Level", say.count(level)], ["In your wallet from", say.day(availableAt)]),
      button("Look at your earnings", path),
    ],
  }),
  payoutState: ({ amount, asset, state, reason, path }, say) => ({
    subject: `Your payout ${PAYOUT[state]}`,
    preheader: `${say.money(amount, asset)} ${PAYOUT[state]}.`,
    blocks: [
      paragraph(`Your payout of ${say.money(amount, asset)} ${PAYOUT[state]}.`),
      ...(reason === null ? [] : [facts(["Reason", reason])]),
      ...(MONEY_BACK.has(state) ? [paragraph("The money is back in your wallet.")] : []),
      button("Look at the payout", path),
    ],
  }),
};
