CREATE TABLE `readiness_states` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`since` integer NOT NULL,
	CONSTRAINT "readiness_state_status" CHECK(status in ('pass', 'warn', 'fail'))
) STRICT;
