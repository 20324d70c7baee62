/**
 * What an uploaded file is, by its own bytes: neither its name nor the type that its sender gives it is believed.
 *
 * What must stay true: nothing that a browser would run (HTML, SVG, scripts) is ever one of the types.
 */

export const UPLOAD_TYPES = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "application/pdf": "pdf",
  "video/mp4": "mp4",
} as const;

export type UploadType = keyof typeof UPLOAD_TYPES;

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

export type Inspected =
  | { readonly ok: true; readonly type: UploadType; readonly size: ImageSize | null }
  | { readonly ok: false; readonly error: "empty" | "type_not_allowed" | "image_broken" | "image_too_large" };

/** Pixels along either side, and in all: what a decoder would have to hold in memory. */
const MAX_SIDE = 12_000;
const MAX_PIXELS = 40_000_000;

/**
 * Says what a file is, and refuses what is not among the allowed types or would be a burden to decode.
 *
 * @param bytes the whole file, or at least its first 64 KiB
 */
export function inspectUpload(bytes: Uint8Array, allowed: readonly UploadType[]): Inspected {
  if (bytes.length === 0) return { ok: false, error: "empty" };
  const type = typeOf(bytes);
  if (type === null || !allowed.includes(type)) return { ok: false, error: "type_not_allowed" };
  if (!type.startsWith("image/")) return { ok: true, type, size: null };
  const size = sizeOf(bytes, type);
  if (!size || Math.min(size.width, size.height) < 1) return { ok: false, error: "image_broken" };
  return isBurden(size) ? { ok: false, error: "image_too_large" } : { ok: true, type, size };
}

function isBurden({ width, height }: ImageSize): boolean {
  return Math.max(width, height) > MAX_SIDE || width * height > MAX_PIXELS;
}

/** A file's name as it may be shown and offered for download: letters, digits and little else, with the right ending. */
export function cleanFileName(name: string, type: UploadType): string {
  const base = name
    .normalize("NFKC")
    .replace(/^.*[/\\]/, "")
    .replace(/\.[^.]*$/, "")
    .replaceAll(/[^\p{L}\p{M}\p{N} ._()-]+/gu, "_")
    .replaceAll(/\.{2,}|^[. ]+|[. ]+$/g, "");
  return `${Array.from(base).slice(0, 80).join("") || "file"}.${UPLOAD_TYPES[type]}`;
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  return text.split("").every((char, index) => bytes[at + index] === char.charCodeAt(0));
}

function typeOf(bytes: Uint8Array): UploadType | null {
  if (startsWith(bytes, 0, "\u0089PNG\r\n\u001a\n")) return "image/png";
  if (startsWith(bytes, 0, "\u00ff\u00d8\u00ff")) return "image/jpeg";
  if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP")) return "image/webp";
  if (startsWith(bytes, 0, "%PDF-")) return "application/pdf";
  if (startsWith(bytes, 4, "ftyp")) return "video/mp4";
  return null;
}

function sizeOf(bytes: Uint8Array, type: UploadType): ImageSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (type === "image/png") return { width: view.getUint32(16), height: view.getUint32(20) };
    return type === "image/webp" ? webpSize(bytes, view) : jpegSize(view);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The three kinds of WebP keep their size in three places. */
function webpSize(bytes: Uint8Array, view: DataView): ImageSize | null {
  if (startsWith(bytes, 12, "VP8X")) {
    const at = (offset: number): number => 1 + view.getUint16(offset, true) + (view.getUint8(offset + 2) << 16);
    return { width: at(24), height: at(27) };
  }
  if (startsWith(bytes, 12, "VP8L")) {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  if (!startsWith(bytes, 12, "VP8 ")) return null;
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

/** Walks a JPEG's segments to its frame header: SOF0 to SOF15, without the three markers that are none. */
function jpegSize(view: DataView): ImageSize | null {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
