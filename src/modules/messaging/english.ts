import type { Catalogue } from "./catalogue.ts";
import { accountMails } from "./english.account.ts";
import { marketMails } from "./english.market.ts";
import { moneyMails } from "./english.money.ts";

export const english: Catalogue = {
  frame: {
    greeting: (name) => (name === null ? "Hello," : `Hello ${name},`),
    security: "You get this because it concerns the safety of your account. It cannot be switched off.",
    service: "You get this because of something that happened in your account.",
    bulk: "You get this because you have an account with us.",
    operations: "You get this because you are an administrator here. It cannot be switched off.",
    unsubscribe: "Unsubscribe",
    preferences: "Choose what we write to you about",
  },
  mail: { ...accountMails, ...moneyMails, ...marketMails },
  sms: {
    loginCode: ({ code }) =>
      `${code} is your Bourse sign-in code. It works once, for 5 minutes. We never ask you for it.`,
    phoneConfirm: ({ code }) => `${code} confirms your phone at Bourse. It works once. We never ask you for it.`,
  },
};
