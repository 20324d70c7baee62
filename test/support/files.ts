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

/** A whole picture of one colour, which a decoder takes; the others are only as much of one as is looked at. */
export async function aPicture(width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
  const rows = new Uint8Array(height * (1 + width * 3)).fill(0x7f);
  for (let row = 0; row < height; row += 1) rows[row * (1 + width * 3)] = 0;
  const packed = new Response(new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate")));
  return bytesOf(
    "\u0089PNG\r\n\u001a\n",
    chunk("IHDR", [...big(width), ...big(height), 8, 2, 0, 0, 0]),
    chunk("IDAT", [...new Uint8Array(await packed.arrayBuffer())]),
    chunk("IEND", []),
  );
}

function chunk(type: string, data: readonly number[]): number[] {
  const body = [...bytesOf(type), ...data];
  return [...big(data.length), ...body, ...big(crc32(body))];
}

function crc32(bytes: readonly number[]): number {
  const step = (value: number): number => (value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1);
  const sum = bytes.reduce((crc, byte) => {
    let value = (crc ^ byte) & 0xff;
    for (let bit = 0; bit < 8; bit += 1) value = step(value);
    return (crc >>> 8) ^ value;
  }, 0xffffffff);
  return (sum ^ 0xffffffff) >>> 0;
}
