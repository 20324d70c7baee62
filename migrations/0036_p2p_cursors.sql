CREATE TABLE `p2p_cursors` (
	`name` text PRIMARY KEY NOT NULL,
	`after` text NOT NULL
) STRICT;
