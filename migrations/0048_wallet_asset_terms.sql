CREATE TABLE `wallet_asset_terms` (
	`asset` text PRIMARY KEY NOT NULL,
	`terms` text NOT NULL,
	`updated_at` integer NOT NULL
) STRICT;
