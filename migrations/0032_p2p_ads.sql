CREATE TABLE `market_index_quotes` (
	`base` text NOT NULL,
	`quote` text NOT NULL,
	`source` text NOT NULL,
	`price` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`base`, `quote`, `source`),
	CONSTRAINT "market_index_price" CHECK(price > 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `market_index_sources` (
	`source` text PRIMARY KEY NOT NULL,
	`failures` integer NOT NULL,
	`retry_at` integer NOT NULL,
	`last_ok_at` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `p2p_ads` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`side` text NOT NULL,
	`asset` text NOT NULL,
	`fiat` text NOT NULL,
	`price_type` text NOT NULL,
	`price` integer,
	`margin_bps` integer,
	`min_fiat` integer NOT NULL,
	`max_fiat` integer NOT NULL,
	`stock` integer,
	`payment_methods` text NOT NULL,
	`payment_window_minutes` integer NOT NULL,
	`terms` text NOT NULL,
	`status` text NOT NULL,
	`funded` integer NOT NULL,
	`exhausted` integer NOT NULL,
	`standing` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "p2p_ad_side" CHECK(side in ('sell', 'buy')),
	CONSTRAINT "p2p_ad_status" CHECK(status in ('active', 'paused', 'closed')),
	CONSTRAINT "p2p_ad_range" CHECK(min_fiat > 0 and max_fiat >= min_fiat),
	CONSTRAINT "p2p_ad_stock" CHECK(stock is null or stock >= 0),
	CONSTRAINT "p2p_ad_price" CHECK((price_type = 'fixed' and price > 0 and margin_bps is null) or (price_type = 'floating' and price is null and margin_bps > -10000))
) STRICT;
--> statement-breakpoint
CREATE INDEX `p2p_ads_user` ON `p2p_ads` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `p2p_ads_sellers` ON `p2p_ads` (`user_id`,`asset`) WHERE side = 'sell' and status = 'active';--> statement-breakpoint
CREATE TABLE `p2p_blocks` (
	`user_id` text NOT NULL,
	`blocked_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `blocked_id`),
	CONSTRAINT "p2p_block_other" CHECK(user_id <> blocked_id)
) STRICT;
--> statement-breakpoint
CREATE INDEX `p2p_blocks_blocked` ON `p2p_blocks` (`blocked_id`);--> statement-breakpoint
CREATE TABLE `p2p_feedback` (
	`trade_id` text NOT NULL,
	`from_id` text NOT NULL,
	`to_id` text NOT NULL,
	`rating` integer NOT NULL,
	`comment` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`trade_id`, `from_id`),
	CONSTRAINT "p2p_feedback_rating" CHECK(rating between 1 and 5)
) STRICT;
--> statement-breakpoint
CREATE INDEX `p2p_feedback_to` ON `p2p_feedback` (`to_id`,`at`);--> statement-breakpoint
CREATE INDEX `p2p_feedback_from` ON `p2p_feedback` (`from_id`);--> statement-breakpoint
CREATE TABLE `p2p_listings` (
	`ad_id` text NOT NULL,
	`method` text NOT NULL,
	`side` text NOT NULL,
	`asset` text NOT NULL,
	`fiat` text NOT NULL,
	`price_type` text NOT NULL,
	`rank` integer NOT NULL,
	`standing` integer NOT NULL,
	`min_fiat` integer NOT NULL,
	`max_fiat` integer NOT NULL,
	PRIMARY KEY(`ad_id`, `method`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `p2p_listings_best` ON `p2p_listings` (`side`,`asset`,`fiat`,`method`,`price_type`,`rank`,`standing`,`ad_id`,`min_fiat`,`max_fiat`);--> statement-breakpoint
CREATE INDEX `p2p_listings_newest` ON `p2p_listings` (`method`,`ad_id`,`side`,`asset`,`fiat`,`min_fiat`,`max_fiat`);--> statement-breakpoint
CREATE TABLE `p2p_payment_methods` (
	`fiat` text NOT NULL,
	`method` text NOT NULL,
	`name` text NOT NULL,
	`min_window_minutes` integer NOT NULL,
	`max_window_minutes` integer NOT NULL,
	`release_window_minutes` integer NOT NULL,
	`max_amount` integer NOT NULL,
	`newcomer_max_amount` integer NOT NULL,
	`active` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`fiat`, `method`),
	CONSTRAINT "p2p_method_windows" CHECK(min_window_minutes >= 1 and max_window_minutes >= min_window_minutes),
	CONSTRAINT "p2p_method_release" CHECK(release_window_minutes >= 1),
	CONSTRAINT "p2p_method_caps" CHECK(newcomer_max_amount >= 0 and max_amount >= newcomer_max_amount)
) STRICT;
--> statement-breakpoint
CREATE TABLE `p2p_trade_ends` (
	`trade_id` text NOT NULL,
	`user_id` text NOT NULL,
	`asset` text NOT NULL,
	`amount` integer NOT NULL,
	`outcome` text NOT NULL,
	`release_seconds` integer,
	`day` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`trade_id`, `user_id`),
	CONSTRAINT "p2p_trade_end_outcome" CHECK(outcome in ('completed', 'cancelled', 'neutral'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `p2p_trade_ends_releases` ON `p2p_trade_ends` (`user_id`,`at`) WHERE release_seconds is not null;--> statement-breakpoint
CREATE TABLE `p2p_trader_days` (
	`user_id` text NOT NULL,
	`day` integer NOT NULL,
	`asset` text NOT NULL,
	`started` integer DEFAULT 0 NOT NULL,
	`started_volume` integer DEFAULT 0 NOT NULL,
	`completed` integer DEFAULT 0 NOT NULL,
	`cancelled` integer DEFAULT 0 NOT NULL,
	`volume` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`user_id`, `day`, `asset`),
	CONSTRAINT "p2p_trader_day" CHECK(completed >= 0 and cancelled >= 0 and volume >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `p2p_traders` (
	`user_id` text PRIMARY KEY NOT NULL,
	`open_trades` integer DEFAULT 0 NOT NULL,
	`completed30d` integer DEFAULT 0 NOT NULL,
	`cancelled30d` integer DEFAULT 0 NOT NULL,
	`rating_count` integer DEFAULT 0 NOT NULL,
	`rating_sum` integer DEFAULT 0 NOT NULL,
	`standing` integer DEFAULT 50 NOT NULL,
	`counted_to` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "p2p_trader_open" CHECK(open_trades >= 0),
	CONSTRAINT "p2p_trader_counts" CHECK(completed30d >= 0 and cancelled30d >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `p2p_traders_counted` ON `p2p_traders` (`counted_to`);