/** Pages of a list: newest first, by a cursor that stays put while rows are added. */

export interface Page<T> {
  readonly data: readonly T[];
  /** Pass it back as `cursor` for the next page; null at the end. */
  readonly nextCursor: string | null;
}

export interface PageRequest {
  readonly limit: number;
  /** The position after which the page begins, as `decodeCursor` gave it. */
  readonly after: string | null;
}

export const PAGE_LIMIT_MAX = 100;
export const PAGE_LIMIT_DEFAULT = 25;

/** Cuts `limit + 1` rows into a page; the extra row only says that there is more. */
export function toPage<T>(rows: readonly T[], request: PageRequest, position: (row: T) => string): Page<T> {
  const data = rows.slice(0, request.limit);
  const last = data.at(-1);
  const more = rows.length > request.limit && last !== undefined;
  return { data, nextCursor: more ? encodeCursor(position(last)) : null };
}

/** Makes a position opaque: base64url of UTF-8. */
export function encodeCursor(position: string): string {
  const bytes = new TextEncoder().encode(position);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Reads a cursor back; null when it is not one that `encodeCursor` made. The caller still validates the position. */
export function decodeCursor(cursor: string): string | null {
  if (cursor.length > 512 || !/^[A-Za-z0-9_-]+$/.test(cursor)) return null;
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const position = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return encodeCursor(position) === cursor ? position : null;
  } catch {
    return null;
  }
}
