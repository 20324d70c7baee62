CREATE TABLE `affiliate_commissions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`buyer_id` text NOT NULL,
	`payment_id` text NOT NULL,
	`level` integer NOT NULL,
	`base_minor` integer NOT NULL,
	`rate_bps` integer NOT NULL,
	`amount_minor` integer NOT NULL,
	`asset` text NOT NULL,
	`status` text NOT NULL,
	`released` integer NOT NULL,
	`taken_back_minor` integer DEFAULT 0 NOT NULL,
	`held_until` integer NOT NULL,
	`correction_of` text,
	`refund_id` text,
	`created_at` integer NOT NULL,
	CONSTRAINT "affiliate_commission_level" CHECK(level in (1, 2)),
	CONSTRAINT "affiliate_commission_sign" CHECK((correction_of is null) = (amount_minor > 0)),
	CONSTRAINT "affiliate_commission_taken" CHECK(taken_back_minor between 0 and max(amount_minor, 0)),
	CONSTRAINT "affiliate_commission_status" CHECK(status in ('held', 'available', 'reversed', 'partially_reversed'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `affiliate_commissions_once` ON `affiliate_commissions` (`payment_id`,`level`) WHERE correction_of is null;--> statement-breakpoint
CREATE UNIQUE INDEX `affiliate_corrections_once` ON `affiliate_commissions` (`correction_of`,`refund_id`) WHERE correction_of is not null;--> statement-breakpoint
CREATE INDEX `affiliate_commissions_user` ON `affiliate_commissions` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `affiliate_commissions_due` ON `affiliate_commissions` (`held_until`) WHERE released = 0 and status in ('held', 'partially_reversed') and correction_of is null;--> statement-breakpoint
CREATE TABLE `affiliate_days` (
	`user_id` text NOT NULL,
	`day` text NOT NULL,
	`clicks` integer DEFAULT 0 NOT NULL,
	`sign_ups` integer DEFAULT 0 NOT NULL,
	`buyers` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`user_id`, `day`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `affiliate_earnings` (
	`user_id` text NOT NULL,
	`asset` text NOT NULL,
	`held_minor` integer NOT NULL,
	`available_minor` integer NOT NULL,
	`owed_minor` integer NOT NULL,
	PRIMARY KEY(`user_id`, `asset`),
	CONSTRAINT "affiliate_earnings_not_negative" CHECK(held_minor >= 0 and owed_minor >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `affiliate_earnings_top` ON `affiliate_earnings` (`asset`,`available_minor`);--> statement-breakpoint
CREATE TABLE `affiliate_members` (
	`user_id` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL,
	`referrer_id` text,
	`second_referrer_id` text,
	`device_key` text,
	`review` text NOT NULL,
	`review_reason` text,
	`on_leaderboard` integer NOT NULL,
	`joined_at` integer NOT NULL,
	CONSTRAINT "affiliate_member_review" CHECK(review in ('none', 'held', 'cleared', 'refused')),
	CONSTRAINT "affiliate_no_self_referral" CHECK(referrer_id is not user_id and second_referrer_id is not user_id)
) STRICT;
--> statement-breakpoint
CREATE INDEX `affiliate_members_referrer` ON `affiliate_members` (`referrer_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `affiliate_members_second` ON `affiliate_members` (`second_referrer_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `affiliate_members_review` ON `affiliate_members` (`review`,`joined_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `affiliate_members_code` ON `affiliate_members` (`code`);--> statement-breakpoint
CREATE TABLE `affiliate_visits` (
	`day` text NOT NULL,
	`user_id` text NOT NULL,
	`visitor` text NOT NULL,
	PRIMARY KEY(`day`, `user_id`, `visitor`)
) STRICT;
