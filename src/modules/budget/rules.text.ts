/** A text as it is compared and searched: one form of each letter, without case or doubled blanks. */
export function foldText(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll(/\s+/g, " ").trim();
}
