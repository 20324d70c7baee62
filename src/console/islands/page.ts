import { watchPresence } from "./presence/watch.ts";

/** What pages have that need nothing else. */

watchPresence();
