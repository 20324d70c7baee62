/** The smallest file that is a PDF by its bytes. */
export function aPdf(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    new TextEncoder().encode("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"),
  );
}
