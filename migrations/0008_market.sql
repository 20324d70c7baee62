CREATE TABLE `market_actions` (
	`symbol` text NOT NULL,
	`day` integer NOT NULL,
	`kind` text NOT NULL,
	`value` real NOT NULL,
	`shard` integer NOT NULL,
	`changed_at` integer NOT NULL,
	PRIMARY KEY(`symbol`, `day`, `kind`),
	CONSTRAINT "market_action_value" CHECK(value > 0),
	CONSTRAINT "market_action_kind" CHECK(kind in ('split', 'dividend'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `market_actions_shard` ON `market_actions` (`shard`,`changed_at`);--> statement-breakpoint
CREATE TABLE `market_sessions` (
	`exchange` text NOT NULL,
	`day` integer NOT NULL,
	`state` text NOT NULL,
	`bars` integer NOT NULL,
	`source` text NOT NULL,
	`attempts` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`exchange`, `day`),
	CONSTRAINT "market_session_state" CHECK(state in ('loaded', 'partial', 'missing'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `market_sessions_open` ON `market_sessions` (`day`) WHERE state <> 'loaded';--> statement-breakpoint
CREATE TABLE `market_symbols` (
	`symbol` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`exchange` text NOT NULL,
	`kind` text NOT NULL,
	`sector` text,
	`industry` text,
	`country` text,
	`currency` text NOT NULL,
	`state` text NOT NULL,
	`listed_on` integer,
	`delisted_on` integer,
	`shares` real,
	`fundamentals` text NOT NULL,
	`source` text NOT NULL,
	`shard` integer NOT NULL,
	`changed_at` integer NOT NULL,
	CONSTRAINT "market_symbol_state" CHECK(state in ('listed', 'halted', 'delisted')),
	CONSTRAINT "market_symbol_kind" CHECK(kind in ('stock', 'fund', 'index'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `market_symbols_shard` ON `market_symbols` (`shard`,`changed_at`);--> statement-breakpoint
CREATE INDEX `market_symbols_exchange` ON `market_symbols` (`exchange`,`symbol`);--> statement-breakpoint
CREATE INDEX `market_symbols_sector` ON `market_symbols` (`sector`,`symbol`);