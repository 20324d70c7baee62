CREATE TABLE `trades_disputes` (
	`id` text PRIMARY KEY NOT NULL,
	`trade_id` text NOT NULL,
	`state` text NOT NULL,
	`opened_by` text,
	`reason` text NOT NULL,
	`assigned_to` text,
	`assigned_at` integer,
	`opened_at` integer NOT NULL,
	`escalation` integer DEFAULT 0 NOT NULL,
	`buyer_share` integer,
	`seller_share` integer,
	`resolution` text,
	`confirmed_by` text,
	`closed_at` integer,
	CONSTRAINT "trades_dispute_state" CHECK(state in ('open', 'assigned', 'proposed', 'resolved', 'settled')),
	CONSTRAINT "trades_dispute_assigned" CHECK(state not in ('assigned', 'proposed', 'resolved') or assigned_to is not null),
	CONSTRAINT "trades_dispute_shares" CHECK(state not in ('proposed', 'resolved') or (buyer_share >= 0 and seller_share >= 0))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `trades_disputes_trade` ON `trades_disputes` (`trade_id`);--> statement-breakpoint
CREATE INDEX `trades_disputes_queue` ON `trades_disputes` (`opened_at`) WHERE state in ('open', 'assigned', 'proposed');--> statement-breakpoint
CREATE TABLE `trades_evidence` (
	`id` text PRIMARY KEY NOT NULL,
	`trade_id` text NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`content_type` text NOT NULL,
	`bytes` integer NOT NULL,
	`file_key` text NOT NULL,
	`sealed_key` text,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `trades_evidence_trade` ON `trades_evidence` (`trade_id`,`id`);--> statement-breakpoint
CREATE INDEX `trades_evidence_user` ON `trades_evidence` (`user_id`);--> statement-breakpoint
CREATE TABLE `trades_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`trade_id` text NOT NULL,
	`author_id` text NOT NULL,
	`role` text NOT NULL,
	`client_id` text NOT NULL,
	`content` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `trades_messages_client` ON `trades_messages` (`trade_id`,`author_id`,`client_id`);--> statement-breakpoint
CREATE INDEX `trades_messages_trade` ON `trades_messages` (`trade_id`,`id`);--> statement-breakpoint
CREATE INDEX `trades_messages_author` ON `trades_messages` (`author_id`);--> statement-breakpoint
CREATE TABLE `trades_dispute_notes` (
	`id` text PRIMARY KEY NOT NULL,
	`dispute_id` text NOT NULL,
	`author_id` text NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `trades_dispute_notes_dispute` ON `trades_dispute_notes` (`dispute_id`,`id`);--> statement-breakpoint
CREATE TABLE `trades_pauses` (
	`started_at` integer PRIMARY KEY NOT NULL,
	`ended_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `trades_sockets` (
	`trade_id` text NOT NULL,
	`user_id` text NOT NULL,
	`opened_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `trade_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `trades_trades` (
	`id` text PRIMARY KEY NOT NULL,
	`ad_id` text NOT NULL,
	`buyer_id` text NOT NULL,
	`seller_id` text NOT NULL,
	`maker_id` text NOT NULL,
	`asset` text NOT NULL,
	`asset_amount` integer NOT NULL,
	`fee_amount` integer NOT NULL,
	`fiat` text NOT NULL,
	`fiat_amount` integer NOT NULL,
	`price` integer NOT NULL,
	`payment_method` text NOT NULL,
	`terms` text NOT NULL,
	`release_minutes` integer NOT NULL,
	`hints` text NOT NULL,
	`payer_name` text,
	`payer_differs` integer DEFAULT false NOT NULL,
	`state` text NOT NULL,
	`version` integer NOT NULL,
	`state_since` integer NOT NULL,
	`pay_by` integer NOT NULL,
	`release_by` integer,
	`appeal_by` integer,
	`created_at` integer NOT NULL,
	CONSTRAINT "trades_trade_state" CHECK(state in ('escrowed', 'paid', 'released', 'cancelled', 'expired', 'disputed', 'resolved')),
	CONSTRAINT "trades_trade_amounts" CHECK(asset_amount > 0 and fee_amount >= 0 and fiat_amount > 0 and price > 0),
	CONSTRAINT "trades_trade_sides" CHECK(buyer_id <> seller_id and maker_id in (buyer_id, seller_id))
) STRICT;
--> statement-breakpoint
CREATE INDEX `trades_trades_buyer` ON `trades_trades` (`buyer_id`,`id`);--> statement-breakpoint
CREATE INDEX `trades_trades_seller` ON `trades_trades` (`seller_id`,`id`);--> statement-breakpoint
CREATE INDEX `trades_trades_ad` ON `trades_trades` (`ad_id`);--> statement-breakpoint
CREATE INDEX `trades_trades_pay` ON `trades_trades` (`pay_by`) WHERE state = 'escrowed';--> statement-breakpoint
CREATE INDEX `trades_trades_release` ON `trades_trades` (`release_by`) WHERE state = 'paid';--> statement-breakpoint
CREATE TABLE `trades_transitions` (
	`trade_id` text NOT NULL,
	`version` integer NOT NULL,
	`command_id` text NOT NULL,
	`command` text NOT NULL,
	`actor_id` text,
	`role` text NOT NULL,
	`from_state` text,
	`to_state` text NOT NULL,
	`reason` text,
	`pay_by` integer NOT NULL,
	`release_by` integer,
	`appeal_by` integer,
	`at` integer NOT NULL,
	PRIMARY KEY(`trade_id`, `version`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `trades_transitions_command` ON `trades_transitions` (`trade_id`,`command_id`);--> statement-breakpoint
CREATE TABLE `trades_used_tickets` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
