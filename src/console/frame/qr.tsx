import { toQrMatrix } from "./qr-matrix.ts";

const QUIET = 4;

interface Picture {
  readonly edge: number;
  readonly path: string;
}

/** Links that were drawn, since each is looked at often. Secrets are drawn anew and never kept. */
const drawn = new Map<string, Picture | null>();
const MAX_DRAWN = 200;

function recall(text: string): Picture | null {
  const known = drawn.get(text);
  if (known !== undefined) return known;
  const picture = draw(text);
  if (drawn.size >= MAX_DRAWN) drawn.clear();
  drawn.set(text, picture);
  return picture;
}

function draw(text: string): Picture | null {
  const matrix = toQrMatrix(text);
  if (!matrix) return null;
  const { size, isDark } = matrix;
  const places = Array.from({ length: size }, (_, place) => place);
  const path = places
    .flatMap((row) =>
      places.filter((column) => isDark(row, column)).map((column) => `M${column + QUIET} ${row + QUIET}h1v1h-1z`),
    )
    .join("");
  return { edge: size + QUIET * 2, path };
}

interface QrCodeProps {
  readonly text: string;
  readonly label: string;
  /** For what is no secret: drawn once for many looks. */
  readonly kept?: boolean;
}

/** A text as a QR code, drawn on the server; nothing where the text is too long for one. */
export function QrCode({ text, label, kept = false }: QrCodeProps) {
  const picture = kept ? recall(text) : draw(text);
  if (!picture) return null;
  const { edge, path } = picture;
  return (
    <svg class="qr" viewBox={`0 0 ${edge} ${edge}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={edge} height={edge} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
