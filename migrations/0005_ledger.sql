CREATE TABLE `ledger_accounts` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`asset` text NOT NULL,
	`code` text NOT NULL,
	`owner` text,
	`debits_must_not_exceed_credits` integer NOT NULL,
	`credits_must_not_exceed_debits` integer NOT NULL,
	`closed` integer DEFAULT false NOT NULL,
	`debits_pending` integer DEFAULT 0 NOT NULL,
	`debits_posted` integer DEFAULT 0 NOT NULL,
	`credits_pending` integer DEFAULT 0 NOT NULL,
	`credits_posted` integer DEFAULT 0 NOT NULL,
	`version` integer DEFAULT 0 NOT NULL,
	`last_transfer` integer DEFAULT 0 NOT NULL,
	`moved_at` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`asset`) REFERENCES `ledger_assets`(`code`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "ledger_account_id" CHECK(length(id) between 1 and 128 and id not glob '*[^a-zA-Z0-9_:.-]*'),
	CONSTRAINT "ledger_account_flags" CHECK(debits_must_not_exceed_credits in (0, 1) and credits_must_not_exceed_debits in (0, 1) and closed in (0, 1)),
	CONSTRAINT "ledger_account_one_limit" CHECK(debits_must_not_exceed_credits + credits_must_not_exceed_debits <= 1),
	CONSTRAINT "ledger_account_counters" CHECK(debits_pending >= 0 and debits_posted >= 0 and credits_pending >= 0 and credits_posted >= 0),
	CONSTRAINT "ledger_account_debits_safe" CHECK(debits_pending + debits_posted <= 9007199254740991),
	CONSTRAINT "ledger_account_credits_safe" CHECK(credits_pending + credits_posted <= 9007199254740991),
	CONSTRAINT "ledger_account_exceeds_credits" CHECK(debits_must_not_exceed_credits = 0 or debits_pending + debits_posted <= credits_posted),
	CONSTRAINT "ledger_account_exceeds_debits" CHECK(credits_must_not_exceed_debits = 0 or credits_pending + credits_posted <= debits_posted)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_accounts_id` ON `ledger_accounts` (`id`);--> statement-breakpoint
CREATE INDEX `ledger_accounts_owner` ON `ledger_accounts` (`owner`);--> statement-breakpoint
CREATE INDEX `ledger_accounts_code` ON `ledger_accounts` (`code`,`asset`);--> statement-breakpoint
CREATE TABLE `ledger_archives` (
	`month` text PRIMARY KEY NOT NULL,
	`first_seq` integer NOT NULL,
	`last_seq` integer NOT NULL,
	`manifest_hash` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `ledger_assets` (
	`code` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`scale` integer NOT NULL,
	`max_minor` integer NOT NULL,
	CONSTRAINT "ledger_asset_code" CHECK(length(code) between 1 and 12 and code not glob '*[^A-Z0-9]*'),
	CONSTRAINT "ledger_asset_scale" CHECK(scale between 0 and 18),
	CONSTRAINT "ledger_asset_maximum" CHECK(max_minor between 1 and 9007199254740991)
) STRICT;
--> statement-breakpoint
CREATE TABLE `ledger_deadlines` (
	`expires_at` integer NOT NULL,
	`transfer_seq` integer NOT NULL,
	PRIMARY KEY(`expires_at`, `transfer_seq`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ledger_digests` (
	`number` integer PRIMARY KEY NOT NULL,
	`day` text NOT NULL,
	`first_seq` integer NOT NULL,
	`last_seq` integer NOT NULL,
	`previous` text NOT NULL,
	`digest` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `ledger_entries` (
	`account_seq` integer NOT NULL,
	`version` integer NOT NULL,
	`transfer_seq` integer NOT NULL,
	`at` integer NOT NULL,
	`debits_pending` integer NOT NULL,
	`debits_posted` integer NOT NULL,
	`credits_pending` integer NOT NULL,
	`credits_posted` integer NOT NULL,
	PRIMARY KEY(`account_seq`, `version`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ledger_findings` (
	`pass_id` integer NOT NULL,
	`check` text NOT NULL,
	`subject` text NOT NULL,
	`expected` text NOT NULL,
	`actual` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`pass_id`, `check`, `subject`),
	FOREIGN KEY (`pass_id`) REFERENCES `ledger_passes`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `ledger_group_ends` (
	`id` integer PRIMARY KEY NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `ledger_groups` (
	`id` integer PRIMARY KEY NOT NULL,
	FOREIGN KEY (`id`) REFERENCES `ledger_group_ends`(`id`) DEFERRABLE INITIALLY DEFERRED
) STRICT;
--> statement-breakpoint
CREATE TABLE `ledger_outcomes` (
	`id` text,
	`code` text NOT NULL,
	`at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `ledger_passes` (
	`id` integer PRIMARY KEY NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`account_seq` integer NOT NULL,
	`version` integer NOT NULL,
	`entries` integer NOT NULL,
	`failures` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `ledger_passes_failed` ON `ledger_passes` (`id`) WHERE failures > 0;--> statement-breakpoint
CREATE TABLE `ledger_refusals` (
	`id` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL,
	`at` integer NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ledger_transfers` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`debit_account_id` text NOT NULL,
	`credit_account_id` text NOT NULL,
	`amount` integer NOT NULL,
	`held_delta` integer NOT NULL,
	`asset` text NOT NULL,
	`code` text NOT NULL,
	`reference` text,
	`pending_id` text,
	`timeout_seconds` integer,
	`created_at` integer NOT NULL,
	CONSTRAINT "ledger_transfer_kind" CHECK(kind in ('posted', 'pending', 'post', 'void', 'expire')),
	CONSTRAINT "ledger_transfer_amount" CHECK(amount between 1 and 9007199254740991),
	CONSTRAINT "ledger_transfer_accounts" CHECK(debit_account_id <> credit_account_id),
	CONSTRAINT "ledger_transfer_pending" CHECK((kind in ('post', 'void', 'expire')) = (pending_id is not null)),
	CONSTRAINT "ledger_transfer_timeout" CHECK(timeout_seconds is null or (kind = 'pending' and timeout_seconds >= 1)),
	CONSTRAINT "ledger_transfer_held" CHECK(held_delta = iif(kind = 'posted', 0, iif(kind = 'pending', amount, held_delta)) and (kind in ('posted', 'pending') or held_delta < 0)),
	CONSTRAINT "ledger_transfer_seq" CHECK(seq > 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_transfers_id` ON `ledger_transfers` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_transfers_pending` ON `ledger_transfers` (`pending_id`);