import type { Catalogue } from "./catalogue.ts";
import { button, facts, note, paragraph } from "./content.ts";

type AccountKind =
  | "verification"
  | "accountExists"
  | "reset"
  | "passwordChanged"
  | "newDevice"
  | "suspiciousActivity"
  | "accountLocked"
  | "accountStatusChanged"
  | "twoFactorChanged"
  | "emailConfirm"
  | "emailChanged"
  | "phoneChanged"
  | "apiKeyChanged"
  | "bankAccountChanged"
  | "withdrawalAddressAdded"
  | "exportReady"
  | "deletionScheduled"
  | "welcome";

const NOT_YOU = "If this was not you, change your password at once and end all sessions under Security.";
const UNKNOWN_PLACE = "an unknown place";

const TWO_FACTOR = {
  enabled: "Two-factor sign-in is on",
  disabled: "Two-factor sign-in is off",
  recoveryCodesRenewed: "You have new recovery codes",
  recoveryCodeUsed: "A recovery code was used",
} as const;

const API_KEY = {
  created: "was created",
  rotated: "was replaced",
  deleted: "was deleted",
  usedElsewhere: "was used from a new address",
} as const;

export const accountMails: Pick<Catalogue["mail"], AccountKind> = {
  verification: ({ path, expiresAt }, say) => ({
    subject: "Confirm your e-mail address",
    preheader: "One click, and your account is ready.",
    blocks: [
      paragraph("Please confirm that this address is yours."),
      button("Confirm the address", path),
      paragraph(`The link works once, until ${say.moment(expiresAt)}.`),
      note("If you did not open an account, you need not do anything."),
    ],
  }),
  accountExists: ({ signInPath, resetPath }) => ({
    subject: "You already have an account",
    preheader: "Somebody tried to open an account with your address.",
    blocks: [
      paragraph("Somebody, perhaps you, tried to open an account with this address. You have one already."),
      button("Sign in", signInPath),
      button("Choose a new password", resetPath),
      note("If it was not you, you need not do anything: nothing was changed."),
    ],
  }),
  reset: ({ path, expiresAt }, say) => ({
    subject: "Choose a new password",
    preheader: "The link in this mail lets you choose a new password.",
    blocks: [
      paragraph("You asked to choose a new password."),
      button("Choose a new password", path),
      paragraph(`The link works once, until ${say.moment(expiresAt)}. Every session ends when you use it.`),
      note("If you did not ask for it, you need not do anything: your password stays as it is."),
    ],
  }),
  passwordChanged: ({ at, path }, say) => ({
    subject: "Your password was changed",
    preheader: `It was changed on ${say.moment(at)}.`,
    blocks: [
      paragraph(`Your password was changed on ${say.moment(at)}.`),
      button("Look at Security", path),
      note(NOT_YOU),
    ],
  }),
  newDevice: ({ at, device, place, path }, say) => ({
    subject: "A new device signed in",
    preheader: `${device}, from ${place ?? UNKNOWN_PLACE}.`,
    blocks: [
      paragraph("Somebody signed in to your account from a device that we have not seen before."),
      facts(["Device", device], ["Place", place ?? UNKNOWN_PLACE], ["Time", say.moment(at)]),
      button("Look at your sessions", path),
      note(NOT_YOU),
    ],
  }),
  suspiciousActivity: ({ at, what, place, path }, say) => ({
    subject: "Something unusual in your account",
    preheader: what,
    blocks: [
      paragraph("We noticed something unusual and want you to know of it."),
      facts(["What", what], ["Place", place ?? UNKNOWN_PLACE], ["Time", say.moment(at)]),
      button("Look at Security", path),
      note(NOT_YOU),
    ],
  }),
  accountLocked: ({ at, until, path }, say) => ({
    subject: "Sign-in is blocked for a while",
    preheader: `Too many wrong passwords. It opens again on ${say.moment(until)}.`,
    blocks: [
      paragraph(`On ${say.moment(at)} somebody entered a wrong password too many times.`),
      paragraph(
        `Sign-in from there opens again on ${say.moment(until)}. Devices that you use already are not affected.`,
      ),
      button("Choose a new password", path),
    ],
  }),
  accountStatusChanged: ({ status, reason }) => ({
    subject: status === "suspended" ? "Your account is suspended" : "Your account is open again",
    preheader: status === "suspended" ? "You cannot sign in for now." : "You can sign in again.",
    blocks: [
      paragraph(
        status === "suspended"
          ? "We have suspended your account; you cannot sign in for now. Your money stays yours."
          : "Your account is open again; you can sign in as before.",
      ),
      ...(reason === null ? [] : [facts(["Reason", reason])]),
      note("Answer this mail if you think that this is a mistake."),
    ],
  }),
  twoFactorChanged: ({ change, at, path }, say) => ({
    subject: TWO_FACTOR[change],
    preheader: `Since ${say.moment(at)}.`,
    blocks: [
      paragraph(`${TWO_FACTOR[change]}, since ${say.moment(at)}.`),
      button("Look at Security", path),
      note(NOT_YOU),
    ],
  }),
  emailConfirm: ({ path, expiresAt }, say) => ({
    subject: "Confirm your new e-mail address",
    preheader: "Your account moves to this address once you confirm it.",
    blocks: [
      paragraph("You asked to use this address for your account."),
      button("Use this address", path),
      paragraph(`The link works once, until ${say.moment(expiresAt)}.`),
      note("If you did not ask for it, you need not do anything."),
    ],
  }),
  emailChanged: ({ at, maskedEmail, path }, say) => ({
    subject: "Your e-mail address was changed",
    preheader: `We now write to ${maskedEmail}.`,
    blocks: [
      paragraph(`On ${say.moment(at)} the address of your account was changed to ${maskedEmail}.`),
      button("This was not me", path),
    ],
  }),
  phoneChanged: ({ at, maskedPhone, path }, say) => ({
    subject: "Your phone number was changed",
    preheader: `Codes now go to ${maskedPhone}.`,
    blocks: [
      paragraph(`On ${say.moment(at)} the phone of your account was changed to ${maskedPhone}.`),
      button("Look at Security", path),
      note(NOT_YOU),
    ],
  }),
  apiKeyChanged: ({ name, change, at, path }, say) => ({
    subject: `An API key ${API_KEY[change]}`,
    preheader: `${name}, on ${say.moment(at)}.`,
    blocks: [
      paragraph(`The API key “${name}” ${API_KEY[change]} on ${say.moment(at)}.`),
      button("Look at your keys", path),
      note(NOT_YOU),
    ],
  }),
  withdrawalAddressAdded: ({ network, masked, at, usableFrom, path }, say) => ({
    subject: "An address for withdrawals was added",
    preheader: `${masked} on ${network} can be used from ${say.moment(usableFrom)}.`,
    blocks: [
      paragraph("An address was added to your address book."),
      facts(
        ["Network", network],
        ["Address", masked],
        ["Added", say.moment(at)],
        ["Usable from", say.moment(usableFrom)],
      ),
      button("Look at your wallets", path),
      note("If this was not you, delete it at once and change your password."),
    ],
  }),
  bankAccountChanged: ({ masked, at, usableFrom, path }, say) => ({
    subject: "Your bank account was changed",
    preheader: `Payouts will go to ${masked}.`,
    blocks: [
      paragraph(`On ${say.moment(at)} the account for your payouts was changed to ${masked}.`),
      paragraph(`It can be used from ${say.moment(usableFrom)}.`),
      button("Look at your bank account", path),
      note(NOT_YOU),
    ],
  }),
  exportReady: ({ path, expiresAt }, say) => ({
    subject: "Your data is ready",
    preheader: "Everything that we keep about you, in one file.",
    blocks: [
      paragraph("The export that you asked for is ready."),
      button("Download it", path),
      paragraph(`It stays there until ${say.moment(expiresAt)}.`),
      note(NOT_YOU),
    ],
  }),
  deletionScheduled: ({ on, path }, say) => ({
    subject: "Your account will be deleted",
    preheader: `On ${say.day(on)}, unless you sign in before.`,
    blocks: [
      paragraph(`As you asked, we delete your account on ${say.day(on)}.`),
      paragraph("If you have changed your mind, sign in before that day, and everything stays."),
      button("Keep the account", path),
    ],
  }),
  welcome: ({ path }) => ({
    subject: "Welcome to Bourse",
    preheader: "Your account is ready.",
    blocks: [
      paragraph("Your account is ready."),
      paragraph("Two-factor sign-in takes a minute to set up and keeps your money safe."),
      button("Open Bourse", path),
    ],
  }),
};
