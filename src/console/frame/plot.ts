/** What a chart shows, as the server draws it and as its page hands it to the script that makes it live. */

export interface Series {
  readonly name: string;
  /** Money comes as its exact decimal text. */
  readonly values: readonly (number | string)[];
}

export interface PlotData {
  readonly kind: "lines" | "bars";
  readonly label: string;
  /** What each value belongs to, along the foot: days and months as ISO 8601 writes them, or words. */
  readonly marks: readonly string[];
  readonly series: readonly Series[];
  /** What stands behind each figure: an asset, `%`. */
  readonly unit: string;
  readonly words: PlotWords;
}

export interface PlotWords {
  /** Shows all of it again. */
  readonly reset: string;
  /** How to look closer, by pointer and by keys. */
  readonly hint: string;
}
