CREATE TABLE `wallet_asset_states` (
	`asset` text PRIMARY KEY NOT NULL,
	`deposits` integer NOT NULL,
	`withdrawals` integer NOT NULL,
	`reason` text NOT NULL,
	`updated_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "wallet_asset_state" CHECK(deposits in (0, 1) and withdrawals in (0, 1))
) STRICT;
