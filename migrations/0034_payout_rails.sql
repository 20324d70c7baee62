-- SQLite cannot change a CHECK, and a table that others refer to cannot be dropped alone: bank accounts are made anew with
-- all that refers to them.
CREATE TABLE `__new_payouts_bank_accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`type` text NOT NULL,
	`asset` text NOT NULL,
	`holder_name` text NOT NULL,
	`number` text NOT NULL,
	`ifsc` text,
	`last_four` text NOT NULL,
	`fingerprint` text NOT NULL,
	`usable_from` integer NOT NULL,
	`created_at` integer NOT NULL,
	`replaced_at` integer,
	CONSTRAINT "payouts_bank_account_type" CHECK(type in ('ifsc', 'iban', 'upi', 'stripe'))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_payouts_bank_accounts` SELECT * FROM `payouts_bank_accounts`;
--> statement-breakpoint
CREATE TABLE `__new_payouts_payouts` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`bank_account_id` text NOT NULL,
	`asset` text NOT NULL,
	`gross_minor` integer NOT NULL,
	`tax_minor` integer NOT NULL,
	`state` text NOT NULL,
	`version` integer NOT NULL,
	`batch_id` text,
	`reference` text,
	`requested_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`bank_account_id`) REFERENCES `__new_payouts_bank_accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payouts_payout_state" CHECK(state in ('requested', 'approved', 'processing', 'completed', 'cancelled', 'rejected', 'failed', 'reversed')),
	CONSTRAINT "payouts_payout_amount" CHECK(gross_minor >= 1 and tax_minor >= 0 and tax_minor < gross_minor)
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_payouts_payouts` SELECT * FROM `payouts_payouts`;
--> statement-breakpoint
CREATE TABLE `__new_payouts_history` (
	`payout_id` text NOT NULL,
	`version` integer NOT NULL,
	`state` text NOT NULL,
	`actor` text NOT NULL,
	`reason` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`payout_id`, `version`),
	FOREIGN KEY (`payout_id`) REFERENCES `__new_payouts_payouts`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_payouts_history` SELECT * FROM `payouts_history`;
--> statement-breakpoint
CREATE TABLE `__new_payouts_approvals` (
	`payout_id` text NOT NULL,
	`admin_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`payout_id`, `admin_id`),
	FOREIGN KEY (`payout_id`) REFERENCES `__new_payouts_payouts`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_payouts_approvals` SELECT * FROM `payouts_approvals`;
--> statement-breakpoint
DROP TABLE `payouts_approvals`;
--> statement-breakpoint
DROP TABLE `payouts_history`;
--> statement-breakpoint
DROP TABLE `payouts_payouts`;
--> statement-breakpoint
DROP TABLE `payouts_bank_accounts`;
--> statement-breakpoint
ALTER TABLE `__new_payouts_bank_accounts` RENAME TO `payouts_bank_accounts`;
--> statement-breakpoint
ALTER TABLE `__new_payouts_payouts` RENAME TO `payouts_payouts`;
--> statement-breakpoint
ALTER TABLE `__new_payouts_history` RENAME TO `payouts_history`;
--> statement-breakpoint
ALTER TABLE `__new_payouts_approvals` RENAME TO `payouts_approvals`;
--> statement-breakpoint
CREATE UNIQUE INDEX `payouts_bank_accounts_current` ON `payouts_bank_accounts` (`user_id`) WHERE replaced_at is null;
--> statement-breakpoint
CREATE INDEX `payouts_bank_accounts_user` ON `payouts_bank_accounts` (`user_id`,`created_at`);
--> statement-breakpoint
CREATE INDEX `payouts_bank_accounts_fingerprint` ON `payouts_bank_accounts` (`fingerprint`);
--> statement-breakpoint
CREATE UNIQUE INDEX `payouts_payouts_open` ON `payouts_payouts` (`user_id`) WHERE state in ('requested', 'approved', 'processing');
--> statement-breakpoint
CREATE INDEX `payouts_payouts_user` ON `payouts_payouts` (`user_id`,`id`);
--> statement-breakpoint
CREATE INDEX `payouts_payouts_state` ON `payouts_payouts` (`state`,`id`);
--> statement-breakpoint
CREATE INDEX `payouts_payouts_batch` ON `payouts_payouts` (`batch_id`);
--> statement-breakpoint
CREATE TABLE `payouts_comparisons` (
	`rail` text PRIMARY KEY NOT NULL,
	`compared_at` integer NOT NULL,
	`failure` text
) STRICT;
--> statement-breakpoint
CREATE TABLE `payouts_differences` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text NOT NULL,
	`blocking` integer NOT NULL,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`resolved_at` integer,
	`resolved_by` text,
	`alerted_at` integer
) STRICT;
--> statement-breakpoint
CREATE INDEX `payouts_differences_open` ON `payouts_differences` (`resolved_at`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `payouts_difference_known` ON `payouts_differences` (`kind`,`subject`);--> statement-breakpoint
CREATE TABLE `payouts_schedules` (
	`user_id` text PRIMARY KEY NOT NULL,
	`interval` text NOT NULL,
	`least_minor` integer NOT NULL,
	`next_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "payouts_schedule_interval" CHECK(interval in ('weekly', 'monthly')),
	CONSTRAINT "payouts_schedule_least" CHECK(least_minor >= 1)
) STRICT;
--> statement-breakpoint
CREATE INDEX `payouts_schedules_due` ON `payouts_schedules` (`next_at`);--> statement-breakpoint
CREATE TABLE `payouts_sendings` (
	`payout_id` text PRIMARY KEY NOT NULL,
	`rail` text NOT NULL,
	`key` text NOT NULL,
	`state` text NOT NULL,
	`vendor_id` text,
	`vendor_state` text,
	`asked_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`payout_id`) REFERENCES `payouts_payouts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payouts_sending_state" CHECK(state in ('intended', 'asked', 'known', 'refused')),
	CONSTRAINT "payouts_sending_known" CHECK((state = 'known') = (vendor_id is not null and vendor_state is not null)),
	CONSTRAINT "payouts_sending_asked" CHECK((state = 'intended') = (asked_at is null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `payouts_sendings_open` ON `payouts_sendings` (`rail`,`state`,`updated_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `payouts_sending_key` ON `payouts_sendings` (`rail`,`key`);--> statement-breakpoint
CREATE UNIQUE INDEX `payouts_sending_vendor` ON `payouts_sendings` (`rail`,`vendor_id`);
