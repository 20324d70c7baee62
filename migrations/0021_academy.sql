CREATE TABLE `academy_attempts` (
	`user_id` text NOT NULL,
	`quiz_id` text NOT NULL,
	`number` integer NOT NULL,
	`score_percent` integer NOT NULL,
	`passed` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `quiz_id`, `number`),
	FOREIGN KEY (`quiz_id`) REFERENCES `academy_quizzes`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "academy_attempt_score" CHECK(score_percent between 0 and 100)
) STRICT;
--> statement-breakpoint
CREATE TABLE `academy_certificates` (
	`id` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL,
	`user_id` text NOT NULL,
	`course_id` text NOT NULL,
	`course_title` text NOT NULL,
	`holder_name` text NOT NULL,
	`issued_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `academy_certificates_code` ON `academy_certificates` (`code`);--> statement-breakpoint
CREATE UNIQUE INDEX `academy_certificates_once` ON `academy_certificates` (`user_id`,`course_id`);--> statement-breakpoint
CREATE TABLE `academy_progress` (
	`user_id` text NOT NULL,
	`lesson_id` text NOT NULL,
	`course_id` text NOT NULL,
	`percent` integer NOT NULL,
	`position_seconds` integer,
	`completed_at` integer,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `lesson_id`),
	FOREIGN KEY (`lesson_id`) REFERENCES `academy_lessons`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`course_id`) REFERENCES `academy_courses`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "academy_progress_percent" CHECK(percent between 0 and 100),
	CONSTRAINT "academy_progress_completed" CHECK((percent = 100) = (completed_at is not null))
) STRICT;
--> statement-breakpoint
CREATE INDEX `academy_progress_course` ON `academy_progress` (`user_id`,`course_id`);--> statement-breakpoint
CREATE TABLE `academy_ratings` (
	`user_id` text NOT NULL,
	`course_id` text NOT NULL,
	`stars` integer NOT NULL,
	`comment` text,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `course_id`),
	FOREIGN KEY (`course_id`) REFERENCES `academy_courses`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "academy_rating_stars" CHECK(stars between 1 and 5)
) STRICT;
--> statement-breakpoint
CREATE INDEX `academy_ratings_course` ON `academy_ratings` (`course_id`,`stars`);--> statement-breakpoint
CREATE TABLE `academy_courses` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`title` text NOT NULL,
	`summary` text NOT NULL,
	`state` text NOT NULL,
	`position` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "academy_course_state" CHECK(state in ('draft', 'published'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `academy_courses_order` ON `academy_courses` (`position`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `academy_courses_slug` ON `academy_courses` (`slug`);--> statement-breakpoint
CREATE TABLE `academy_lesson_files` (
	`id` text PRIMARY KEY NOT NULL,
	`lesson_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`content_type` text NOT NULL,
	`bytes` integer NOT NULL,
	`key` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`lesson_id`) REFERENCES `academy_lessons`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "academy_lesson_file_kind" CHECK(kind in ('attachment', 'video'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `academy_lesson_files_lesson` ON `academy_lesson_files` (`lesson_id`,`id`);--> statement-breakpoint
CREATE TABLE `academy_lessons` (
	`id` text PRIMARY KEY NOT NULL,
	`course_id` text NOT NULL,
	`module_id` text NOT NULL,
	`title` text NOT NULL,
	`minutes` integer NOT NULL,
	`free` integer NOT NULL,
	`body` text NOT NULL,
	`video_url` text,
	`state` text NOT NULL,
	`position` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`course_id`) REFERENCES `academy_courses`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`module_id`) REFERENCES `academy_modules`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "academy_lesson_state" CHECK(state in ('draft', 'published')),
	CONSTRAINT "academy_lesson_minutes" CHECK(minutes between 1 and 600)
) STRICT;
--> statement-breakpoint
CREATE INDEX `academy_lessons_course` ON `academy_lessons` (`course_id`,`position`);--> statement-breakpoint
CREATE TABLE `academy_modules` (
	`id` text PRIMARY KEY NOT NULL,
	`course_id` text NOT NULL,
	`title` text NOT NULL,
	`position` integer NOT NULL,
	FOREIGN KEY (`course_id`) REFERENCES `academy_courses`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `academy_modules_course` ON `academy_modules` (`course_id`,`position`);--> statement-breakpoint
CREATE TABLE `academy_quizzes` (
	`id` text PRIMARY KEY NOT NULL,
	`course_id` text NOT NULL,
	`module_id` text NOT NULL,
	`title` text NOT NULL,
	`pass_percent` integer NOT NULL,
	`tries` integer NOT NULL,
	`questions` text NOT NULL,
	FOREIGN KEY (`course_id`) REFERENCES `academy_courses`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`module_id`) REFERENCES `academy_modules`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "academy_quiz_pass" CHECK(pass_percent between 1 and 100),
	CONSTRAINT "academy_quiz_tries" CHECK(tries between 1 and 20)
) STRICT;
--> statement-breakpoint
CREATE INDEX `academy_quizzes_course` ON `academy_quizzes` (`course_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `academy_quizzes_module` ON `academy_quizzes` (`module_id`);--> statement-breakpoint
CREATE TABLE `packages_package_versions` (
	`slug` text NOT NULL,
	`version` integer NOT NULL,
	`name` text NOT NULL,
	`rank` integer NOT NULL,
	`prices` text NOT NULL,
	`courses` text,
	`level1_bps` integer NOT NULL,
	`level2_bps` integer NOT NULL,
	`offered` integer NOT NULL,
	`changed_by` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`slug`, `version`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `packages_packages` (
	`slug` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`name` text NOT NULL,
	`rank` integer NOT NULL,
	`prices` text NOT NULL,
	`courses` text,
	`level1_bps` integer NOT NULL,
	`level2_bps` integer NOT NULL,
	`offered` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "packages_package_rates" CHECK(level1_bps >= 0 and level2_bps >= 0 and level1_bps + level2_bps <= 10000)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `packages_packages_rank` ON `packages_packages` (`rank`);--> statement-breakpoint
CREATE TABLE `packages_purchases` (
	`payment_id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`slug` text NOT NULL,
	`version` integer NOT NULL,
	`asset` text NOT NULL,
	`net_minor` integer NOT NULL,
	`credit_minor` integer NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`activated_at` integer,
	`ended_at` integer,
	CONSTRAINT "packages_purchase_state" CHECK(state in ('pending', 'active', 'ended', 'unneeded')),
	CONSTRAINT "packages_purchase_amounts" CHECK(net_minor >= 1 and credit_minor >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `packages_purchases_owned` ON `packages_purchases` (`user_id`,`slug`) WHERE state = 'active';--> statement-breakpoint
CREATE INDEX `packages_purchases_user` ON `packages_purchases` (`user_id`,`created_at`);