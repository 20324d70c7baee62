/** The beginnings of files, which is what an upload is judged by. */

export function bytesOf(...parts: readonly (string | readonly number[])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? part.split("").map((char) => char.charCodeAt(0)) : [...part])),
  );
}

const big = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

export function aPng(width = 64, height = 64): Uint8Array<ArrayBuffer> {
  return bytesOf("\u0089PNG\r\n\u001a\n", big(13), "IHDR", big(width), big(height), [8, 6, 0, 0, 0]);
}

export function aJpeg(width = 64, height = 64): Uint8Array<ArrayBuffer> {
  return bytesOf(
    [0xff, 0xd8, 0xff, 0xe0, 0, 16],
    "JFIF\u0000",
    [1, 1, 0, 0, 1, 0, 1, 0, 0],
    [0xff, 0xff, 0xc4, 0, 4, 1, 2],
    [0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0],
  );
}
