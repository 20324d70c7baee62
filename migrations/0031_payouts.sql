CREATE TABLE `payouts_approvals` (
	`payout_id` text NOT NULL,
	`admin_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`payout_id`, `admin_id`),
	FOREIGN KEY (`payout_id`) REFERENCES `payouts_payouts`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `payouts_bank_accounts` (
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
	CONSTRAINT "payouts_bank_account_type" CHECK(type in ('ifsc', 'iban', 'upi'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `payouts_bank_accounts_current` ON `payouts_bank_accounts` (`user_id`) WHERE replaced_at is null;--> statement-breakpoint
CREATE INDEX `payouts_bank_accounts_user` ON `payouts_bank_accounts` (`user_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `payouts_bank_accounts_fingerprint` ON `payouts_bank_accounts` (`fingerprint`);--> statement-breakpoint
CREATE TABLE `payouts_history` (
	`payout_id` text NOT NULL,
	`version` integer NOT NULL,
	`state` text NOT NULL,
	`actor` text NOT NULL,
	`reason` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`payout_id`, `version`),
	FOREIGN KEY (`payout_id`) REFERENCES `payouts_payouts`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `payouts_payouts` (
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
	FOREIGN KEY (`bank_account_id`) REFERENCES `payouts_bank_accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payouts_payout_state" CHECK(state in ('requested', 'approved', 'processing', 'completed', 'cancelled', 'rejected', 'failed', 'reversed')),
	CONSTRAINT "payouts_payout_amount" CHECK(gross_minor >= 1 and tax_minor >= 0 and tax_minor < gross_minor)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `payouts_payouts_open` ON `payouts_payouts` (`user_id`) WHERE state in ('requested', 'approved', 'processing');--> statement-breakpoint
CREATE INDEX `payouts_payouts_user` ON `payouts_payouts` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `payouts_payouts_state` ON `payouts_payouts` (`state`,`id`);--> statement-breakpoint
CREATE INDEX `payouts_payouts_batch` ON `payouts_payouts` (`batch_id`);