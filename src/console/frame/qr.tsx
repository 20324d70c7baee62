import { toQrMatrix } from "./qr-matrix.ts";

const QUIET = 4;

/** A text as a QR code, drawn on the server; nothing where the text is too long for one. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const matrix = toQrMatrix(text);
  if (!matrix) return null;
  const { size, isDark } = matrix;
  const edge = size + QUIET * 2;
  const places = Array.from({ length: size }, (_, place) => place);
  const path = places
    .flatMap((row) =>
      places.filter((column) => isDark(row, column)).map((column) => `M${column + QUIET} ${row + QUIET}h1v1h-1z`),
    )
    .join("");
  return (
    <svg class="qr" viewBox={`0 0 ${edge} ${edge}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={edge} height={edge} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
