import { offerPalette } from "./commands/palette.ts";
import { watchPresence } from "./presence/watch.ts";

/** What operators' pages have where they need nothing else. */

offerPalette();

watchPresence();
