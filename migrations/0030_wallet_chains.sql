CREATE TABLE `verification_documents` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`content_type` text NOT NULL,
	`bytes` integer NOT NULL,
	`file_key` text NOT NULL,
	`sealed_key` text,
	`created_at` integer NOT NULL,
	`delete_at` integer,
	CONSTRAINT "verification_document_kind" CHECK(kind in ('passport', 'national_id', 'driving_licence', 'proof_of_address', 'selfie'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `verification_documents_user` ON `verification_documents` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `verification_documents_due` ON `verification_documents` (`delete_at`) WHERE sealed_key is not null;--> statement-breakpoint
CREATE TABLE `verification_tiers` (
	`user_id` text PRIMARY KEY NOT NULL,
	`tier` integer NOT NULL,
	`set_by` text NOT NULL,
	`reason` text,
	`updated_at` integer NOT NULL,
	CONSTRAINT "verification_tier" CHECK(tier between 0 and 2)
) STRICT;
--> statement-breakpoint
CREATE TABLE `wallet_approvals` (
	`withdrawal_id` text NOT NULL,
	`operator_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`withdrawal_id`, `operator_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `wallet_cursors` (
	`network` text PRIMARY KEY NOT NULL,
	`height` integer NOT NULL,
	`tip` integer NOT NULL,
	`scanned_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `wallet_deposit_addresses` (
	`network` text NOT NULL,
	`user_id` text NOT NULL,
	`path_index` integer NOT NULL,
	`address` text,
	`checked_at` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`network`, `user_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_deposit_addresses_index` ON `wallet_deposit_addresses` (`network`,`path_index`);--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_deposit_addresses_address` ON `wallet_deposit_addresses` (`network`,`address`);--> statement-breakpoint
CREATE INDEX `wallet_deposit_addresses_due` ON `wallet_deposit_addresses` (`network`,`checked_at`);--> statement-breakpoint
CREATE TABLE `wallet_dust` (
	`network` text NOT NULL,
	`asset` text NOT NULL,
	`booked` integer NOT NULL,
	PRIMARY KEY(`network`, `asset`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `wallet_incidents` (
	`id` text PRIMARY KEY NOT NULL,
	`network` text NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`opened_at` integer NOT NULL,
	`closed_at` integer,
	`closed_by` text,
	`note` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_incidents_subject` ON `wallet_incidents` (`kind`,`subject`);--> statement-breakpoint
CREATE INDEX `wallet_incidents_open` ON `wallet_incidents` (`network`) WHERE closed_at is null;--> statement-breakpoint
CREATE TABLE `wallet_withdrawal_addresses` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`network` text NOT NULL,
	`address` text NOT NULL,
	`label` text NOT NULL,
	`created_at` integer NOT NULL,
	`usable_from` integer NOT NULL,
	`deleted_at` integer
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_withdrawal_addresses_once` ON `wallet_withdrawal_addresses` (`user_id`,`network`,`address`) WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX `wallet_withdrawal_addresses_user` ON `wallet_withdrawal_addresses` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `wallet_withdrawals` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`asset` text NOT NULL,
	`network` text NOT NULL,
	`amount` integer NOT NULL,
	`fee` integer NOT NULL,
	`address_id` text NOT NULL,
	`address` text NOT NULL,
	`status` text NOT NULL,
	`approvals_needed` integer NOT NULL,
	`waits_for` text,
	`hot_wallet` text,
	`txid` text,
	`confirmations` integer DEFAULT 0 NOT NULL,
	`reason` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "wallet_withdrawal_amount" CHECK(amount > 0 and fee >= 0),
	CONSTRAINT "wallet_withdrawal_status" CHECK(status in ('requested', 'approved', 'broadcast', 'confirmed', 'rejected', 'failed', 'cancelled'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `wallet_withdrawals_user` ON `wallet_withdrawals` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `wallet_withdrawals_window` ON `wallet_withdrawals` (`user_id`,`asset`,`created_at`);--> statement-breakpoint
CREATE INDEX `wallet_withdrawals_open` ON `wallet_withdrawals` (`status`,`network`,`id`) WHERE status in ('requested', 'approved', 'broadcast');