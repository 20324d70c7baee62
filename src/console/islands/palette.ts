import { offerPalette } from "./commands/palette.ts";

/** What operators' pages have where they need nothing else. */

offerPalette();
