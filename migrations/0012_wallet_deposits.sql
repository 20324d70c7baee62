CREATE TABLE `wallet_deposits` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`asset` text NOT NULL,
	`network` text NOT NULL,
	`txid` text NOT NULL,
	`output` text NOT NULL,
	`address` text NOT NULL,
	`amount` integer NOT NULL,
	`remainder` integer DEFAULT 0 NOT NULL,
	`block_height` integer,
	`block_hash` text,
	`confirmations` integer DEFAULT 0 NOT NULL,
	`required` integer NOT NULL,
	`status` text NOT NULL,
	`missing_since` integer,
	`created_at` integer NOT NULL,
	`credited_at` integer,
	CONSTRAINT "wallet_deposit_status" CHECK(status in ('detected', 'confirming', 'credited', 'orphaned')),
	CONSTRAINT "wallet_deposit_amount" CHECK(amount >= 0 and remainder >= 0),
	CONSTRAINT "wallet_deposit_credited" CHECK((status = 'credited') = (credited_at is not null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `wallet_deposits_output` ON `wallet_deposits` (`network`,`txid`,`output`);--> statement-breakpoint
CREATE INDEX `wallet_deposits_user` ON `wallet_deposits` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `wallet_deposits_open` ON `wallet_deposits` (`network`,`status`) WHERE status in ('detected', 'confirming');