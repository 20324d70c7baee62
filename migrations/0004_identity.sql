CREATE TABLE `identity_challenges` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`tries` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	CONSTRAINT "identity_challenge_tries" CHECK(tries between 0 and 5)
) STRICT;
--> statement-breakpoint
CREATE INDEX `identity_challenges_user` ON `identity_challenges` (`user_id`);--> statement-breakpoint
CREATE INDEX `identity_challenges_age` ON `identity_challenges` (`expires_at`);--> statement-breakpoint
CREATE TABLE `identity_counters` (
	`key` text PRIMARY KEY NOT NULL,
	`subject` text,
	`count` integer NOT NULL,
	`started_at` integer NOT NULL,
	`locked_until` integer DEFAULT 0 NOT NULL,
	`locks` integer DEFAULT 0 NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "identity_counter_count" CHECK(count >= 0 and locks >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `identity_counters_subject` ON `identity_counters` (`subject`);--> statement-breakpoint
CREATE INDEX `identity_counters_age` ON `identity_counters` (`updated_at`);--> statement-breakpoint
CREATE TABLE `identity_factors` (
	`user_id` text PRIMARY KEY NOT NULL,
	`secret` text,
	`confirmed_at` integer,
	`pending_secret` text,
	`pending_at` integer,
	`last_step` integer DEFAULT 0 NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`locked_until` integer DEFAULT 0 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `identity_recovery_codes` (
	`user_id` text NOT NULL,
	`code_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `code_hash`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `identity_sms_codes` (
	`phone` text NOT NULL,
	`purpose` text NOT NULL,
	`owner` text NOT NULL,
	`code_hash` text NOT NULL,
	`tries` integer NOT NULL,
	`sent_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`phone`, `purpose`, `owner`),
	CONSTRAINT "identity_sms_code_tries" CHECK(tries between 0 and 5)
) STRICT;
--> statement-breakpoint
CREATE INDEX `identity_sms_codes_age` ON `identity_sms_codes` (`expires_at`);--> statement-breakpoint
CREATE TABLE `identity_api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`prefix` text NOT NULL,
	`key_hash` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer,
	`last_ip` text
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `identity_api_keys_keyHash_unique` ON `identity_api_keys` (`key_hash`);--> statement-breakpoint
CREATE INDEX `identity_api_keys_user` ON `identity_api_keys` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `identity_devices` (
	`user_id` text NOT NULL,
	`device_hash` text NOT NULL,
	`label` text,
	`country` text,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `device_hash`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `identity_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`kind` text NOT NULL,
	`secret_hash` text NOT NULL,
	`generation` integer NOT NULL,
	`rotated_at` integer NOT NULL,
	`mfa` integer NOT NULL,
	`suspect` integer NOT NULL,
	`raised_until` integer NOT NULL,
	`device` text,
	`device_hash` text,
	`ip` text,
	`country` text,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`end_reason` text,
	CONSTRAINT "identity_session_kind" CHECK(kind in ('bearer', 'cookie'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `identity_sessions_user` ON `identity_sessions` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `identity_sessions_age` ON `identity_sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `identity_signing_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`public_key` text NOT NULL,
	`private_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`active_from` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `identity_exports` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`status` text NOT NULL,
	`file_key` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `identity_exports_user` ON `identity_exports` (`user_id`,`id`);--> statement-breakpoint
CREATE TABLE `identity_mail_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`email` text NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `identity_profiles` (
	`user_id` text NOT NULL,
	`topic` text NOT NULL,
	`data` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `topic`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `identity_registrations` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text,
	`password_hash` text NOT NULL,
	`referral_code` text,
	`locale` text NOT NULL,
	`country` text,
	`terms_accepted_at` integer NOT NULL,
	`token_hash` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `identity_registrations_tokenHash_unique` ON `identity_registrations` (`token_hash`);--> statement-breakpoint
CREATE INDEX `identity_registrations_email` ON `identity_registrations` (`email`,`id`);--> statement-breakpoint
CREATE INDEX `identity_registrations_age` ON `identity_registrations` (`expires_at`);--> statement-breakpoint
CREATE TABLE `identity_secrets` (
	`user_id` text NOT NULL,
	`purpose` text NOT NULL,
	`token_hash` text NOT NULL,
	`value` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `purpose`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `identity_secrets_tokenHash_unique` ON `identity_secrets` (`token_hash`);--> statement-breakpoint
CREATE TABLE `identity_security_events` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text,
	`type` text NOT NULL,
	`at` integer NOT NULL,
	`ip` text,
	`country` text,
	`device` text,
	`session_id` text,
	`detail` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `identity_security_events_user` ON `identity_security_events` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `identity_security_events_type` ON `identity_security_events` (`type`,`at`);--> statement-breakpoint
CREATE TABLE `identity_users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text,
	`phone` text,
	`name` text,
	`password_hash` text,
	`password_changed_at` integer,
	`role` text NOT NULL,
	`status` text NOT NULL,
	`status_reason` text,
	`mfa_enabled` integer DEFAULT false NOT NULL,
	`locale` text NOT NULL,
	`time_zone` text NOT NULL,
	`country` text,
	`display_currency` text NOT NULL,
	`avatar_key` text,
	`terms_accepted_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deletion_due_at` integer,
	CONSTRAINT "identity_user_role" CHECK(role in ('user', 'support', 'admin')),
	CONSTRAINT "identity_user_status" CHECK(status in ('active', 'suspended', 'deleting', 'deleted'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `identity_users_email_unique` ON `identity_users` (`email`);--> statement-breakpoint
CREATE UNIQUE INDEX `identity_users_phone_unique` ON `identity_users` (`phone`);--> statement-breakpoint
CREATE INDEX `identity_users_status` ON `identity_users` (`status`,`id`);--> statement-breakpoint
CREATE INDEX `identity_users_deletion` ON `identity_users` (`deletion_due_at`) WHERE deletion_due_at is not null;