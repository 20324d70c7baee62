CREATE TABLE `swap_pairs` (
	`from_asset` text NOT NULL,
	`to_asset` text NOT NULL,
	`spread_bps` integer NOT NULL,
	`min_give` integer NOT NULL,
	`max_give` integer NOT NULL,
	`active` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`from_asset`, `to_asset`),
	CONSTRAINT "swap_pair_assets" CHECK(from_asset <> to_asset),
	CONSTRAINT "swap_pair_spread" CHECK(spread_bps between 0 and 5000),
	CONSTRAINT "swap_pair_range" CHECK(min_give > 0 and max_give >= min_give)
) STRICT;
--> statement-breakpoint
CREATE TABLE `swap_quotes` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`from_asset` text NOT NULL,
	`to_asset` text NOT NULL,
	`give` integer NOT NULL,
	`fee` integer NOT NULL,
	`receive` integer NOT NULL,
	`rate` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	CONSTRAINT "swap_quote_amounts" CHECK(give > 0 and fee >= 0 and fee < give and receive > 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `swap_quotes_user` ON `swap_quotes` (`user_id`);--> statement-breakpoint
CREATE INDEX `swap_quotes_end` ON `swap_quotes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `swap_swaps` (
	`id` text PRIMARY KEY NOT NULL,
	`quote_id` text NOT NULL,
	`user_id` text NOT NULL,
	`from_asset` text NOT NULL,
	`to_asset` text NOT NULL,
	`give` integer NOT NULL,
	`fee` integer NOT NULL,
	`receive` integer NOT NULL,
	`rate` text NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `swap_swaps_quote` ON `swap_swaps` (`quote_id`);--> statement-breakpoint
CREATE INDEX `swap_swaps_user` ON `swap_swaps` (`user_id`,`id`);