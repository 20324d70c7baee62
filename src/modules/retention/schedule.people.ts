import type { Retention } from "./rules.ts";
import { aged, forGood, sweptBy, withAccount } from "./rules.ts";

const HASHES = "hashes and ciphertexts that say nothing of the person";
const OPERATOR = "names an operator in office, not a customer";
const LAW = "the law asks for books that can be checked";

/** Accounts, messages, support, consent, and what is counted of use. */
export const PEOPLE: readonly Retention[] = [
  sweptBy("identity.eraseDue", ["identity_users", "identity_profiles", "identity_factors", "identity_api_keys"], {
    kept: "14 days after its deletion was asked for",
    why: "The account itself. A deletion can be undone meanwhile.",
  }),
  withAccount(["identity_recovery_codes"], "A way in without the telephone.", { notExported: HASHES }),
  aged(["identity_sessions"], {
    days: 30,
    age: "moment",
    where: "expires_at < ?1 or ended_at < ?1",
    after: "their end",
    why: "A theft that is noticed late can still be traced.",
  }),
  aged(["identity_devices"], {
    days: 400,
    age: "moment",
    where: "last_seen_at < ?1",
    after: "they were last seen",
    why: "A known device is not held up by strangers' tries.",
  }),
  aged(["identity_security_events"], {
    days: 400,
    age: "moment",
    where: "at < ?1",
    after: "they happened",
    why: "Owners and operators see what happened to an account.",
  }),
  aged(["identity_registrations"], {
    days: 0,
    age: "moment",
    where: "expires_at < ?1",
    after: "their link has expired, a day",
    why: "An address is not kept that nobody has proved.",
    notExported: "they belong to nobody yet",
  }),
  aged(["identity_mail_requests"], {
    days: 1,
    age: "moment",
    where: "created_at < ?1",
    after: "they were made",
    why: "A mail that was asked for is written by a job; a request that none has answered is over.",
    notExported: "they belong to nobody yet",
    notErased: "they are over within a day",
  }),
  aged(["identity_secrets", "identity_challenges", "identity_sms_codes"], {
    days: 0,
    age: "moment",
    where: "expires_at < ?1",
    after: "they expire, a day at most",
    why: "One-time links and codes.",
    notExported: HASHES,
  }),
  aged(["identity_counters"], {
    days: 7,
    age: "moment",
    where: "updated_at < ?1 and locked_until < ?1",
    after: "the last failure",
    why: "Failed tries are counted by keyed hashes, so that guessing is slow.",
  }),
  sweptBy("identity.pruneExports", ["identity_exports"], {
    kept: "7 days after they were asked for",
    why: "A copy of everything is a risk, so it goes soon, file first.",
  }),
  sweptBy("identity.rotateKeys", ["identity_signing_keys"], {
    kept: "until no token names them any more",
    why: "Access tokens are signed with them.",
  }),
  forGood(["legal_acceptances"], "Which version somebody has accepted; goes with the account."),
  withAccount(["messaging_contacts", "messaging_preferences"], "Where messages go, and which are wanted."),
  aged(["messaging_messages"], {
    days: 90,
    age: "moment",
    where: "created_at < ?1",
    after: "they were written",
    why: "Whether a mail was sent, and what it said, is asked for weeks.",
  }),
  aged(["messaging_development_outbox"], {
    days: 90,
    age: "moment",
    where: "created_at < ?1",
    after: "they were written",
    why: "Mail that did not leave; development alone.",
    notExported: "copies of the messages that are exported",
  }),
  aged(["messaging_notifications"], {
    days: 365,
    age: "moment",
    where: "created_at < ?1",
    after: "they were written",
    why: "The list in the product.",
  }),
  aged(["messaging_spending"], {
    days: 90,
    age: "date",
    where: "day < ?1",
    after: "the day",
    why: "Telephone messages have a limit by the day.",
  }),
  forGood(["messaging_suppressions"], "Addresses that bounced or complained are never written to again.", {
    notExported: "a list of addresses without accounts; the messages say which bounced",
    notErased: "erasing it would let mail go out again to who has refused it",
  }),
  forGood(["messaging_broadcasts", "messaging_providers"], "What operators sent to all, and how vendors do.", {
    notExported: OPERATOR,
    notErased: OPERATOR,
  }),
  withAccount(["support_tickets", "support_messages", "support_ratings"], "What was asked and answered."),
  withAccount(["support_notes"], "What operators wrote down of a ticket.", {
    notExported: "operators' working notes; handed out by hand where the law asks",
  }),
  forGood(["support_articles"], "Help for everybody."),
  forGood(["support_canned_answers"], "Answers that are ready.", { notExported: OPERATOR, notErased: OPERATOR }),
  withAccount(["analytics_people"], "How far somebody came: verified, paid."),
  aged(["analytics_activity", "analytics_key_usage"], {
    days: 400,
    age: "date",
    where: "day < ?1",
    after: "the day",
    why: "Cohorts of a year; the rollups that stay name nobody.",
  }),
  forGood(
    ["analytics_counts", "analytics_days", "analytics_features", "analytics_retention"],
    "Sums that name nobody.",
  ),
  forGood(["status_incidents", "status_updates"], "The public record of what went wrong."),
  aged(["status_days"], {
    days: 400,
    age: "date",
    where: "day < ?1",
    after: "the day",
    why: "The status page shows a year.",
  }),
  forGood(["status_subscribers"], "Until the mail's own link, or the account's end, takes it away; encrypted."),
  forGood(["admin_flags", "admin_maintenance", "readiness_states"], "How the product is set, and how it stands."),
  sweptBy("backups.prune", ["backups_backups"], {
    kept: "7 days, 5 weeks, 12 months",
    why: "A person who was erased is in no copy after a year.",
  }),
  sweptBy("backups.advance", ["backups_changes"], {
    kept: "while a backup is written",
    why: "Keys of rows that change meanwhile.",
  }),
  forGood(["backups_restores"], "What was restored, and who settled it.", {
    notExported: OPERATOR,
    notErased: OPERATOR,
  }),
  forGood(["platform_audit_entries"], LAW, {
    notExported: "the operator's record; the owner's own is the list of security events",
    notErased: "its chain of hashes would break; it holds ids, not names",
  }),
  sweptBy("platform.prune", ["platform_idempotency_keys"], {
    kept: "25 hours after the call",
    why: "A repeated call gets the first answer; kept encrypted.",
    notExported: "answers that its owner has had",
    notErased: "they are over within a day",
  }),
  sweptBy("platform.prune", ["platform_cron_slots"], {
    kept: "7 days, and each job's newest",
    why: "A slot runs once.",
  }),
  sweptBy("platform.prune", ["platform_deliveries"], {
    kept: "30 days after they were done",
    why: "An event counts once; dead letters stay until they are settled.",
  }),
  sweptBy("platform.prune", ["platform_events"], {
    kept: "90 days",
    why: "What happened, by ids; a lost effect can be made up for.",
  }),
  forGood(["platform_expectations"], "Never holds a row."),
];
