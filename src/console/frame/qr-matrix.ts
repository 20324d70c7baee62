/** QR codes of bytes at level M, up to version 9 (ISO/IEC 18004): enough for an address, a link or a shared secret. */

interface Version {
  /** Check bytes of each block. */
  readonly checks: number;
  /** Data bytes of each block. */
  readonly blocks: readonly number[];
  /** Where the centres of the alignment patterns lie, along both edges. */
  readonly centres: readonly number[];
}

const VERSIONS: readonly Version[] = [
  { checks: 10, blocks: [16], centres: [] },
  { checks: 16, blocks: [28], centres: [6, 18] },
  { checks: 26, blocks: [44], centres: [6, 22] },
  { checks: 18, blocks: [32, 32], centres: [6, 26] },
  { checks: 24, blocks: [43, 43], centres: [6, 30] },
  { checks: 16, blocks: [27, 27, 27, 27], centres: [6, 34] },
  { checks: 18, blocks: [31, 31, 31, 31], centres: [6, 22, 38] },
  { checks: 22, blocks: [38, 38, 39, 39], centres: [6, 24, 42] },
  { checks: 22, blocks: [36, 36, 36, 37, 37], centres: [6, 26, 46] },
];

const BYTE_MODE = 4;
const HEADER_BITS = 12;
const PADDING = [0xec, 0x11] as const;

export interface QrMatrix {
  readonly size: number;
  readonly isDark: (row: number, column: number) => boolean;
}

/** The matrix of a text; null for one that is too long. */
export function toQrMatrix(text: string): QrMatrix | null {
  const bytes = new TextEncoder().encode(text);
  const index = VERSIONS.findIndex(({ blocks }) => bytes.length * 8 + HEADER_BITS <= sum(blocks) * 8);
  const version = VERSIONS[index];
  if (!version) return null;
  const stream = interleave(version, toDataBytes(bytes, sum(version.blocks)));
  const candidates = MASKS.map((_, mask) => {
    const drawing = drawMatrix(index + 1, version, { stream, mask });
    return { drawing, penalty: penaltyOf(drawing) };
  });
  const { size, cells } = candidates.reduce((best, next) => (next.penalty < best.penalty ? next : best)).drawing;
  return { size, isDark: (row, column) => cells[row * size + column] === DARK };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Mode, length, bytes, end and padding, as bytes. The mode's four bits shift everything by half a byte. */
function toDataBytes(bytes: Uint8Array, capacity: number): number[] {
  const halves = [
    BYTE_MODE,
    bytes.length >> 4,
    bytes.length & 15,
    ...[...bytes].flatMap((byte) => [byte >> 4, byte & 15]),
    0,
  ];
  const data = Array.from(
    { length: halves.length / 2 },
    (_, at) => ((halves[at * 2] ?? 0) << 4) | (halves[at * 2 + 1] ?? 0),
  );
  return Array.from({ length: capacity }, (_, at) => data[at] ?? PADDING[(at - data.length) % 2] ?? 0);
}

/** The first of each row, then the second of each, until all are through. */
function inTurn(rows: readonly (readonly number[])[]): number[] {
  const longest = Math.max(...rows.map(({ length }) => length));
  const places = Array.from({ length: longest }, (_, at) => at);
  return places.flatMap((at) => rows.flatMap((row) => (at < row.length ? [row[at] ?? 0] : [])));
}

/** The blocks' data bytes in turn, then their check bytes in turn. */
function interleave({ checks, blocks }: Version, data: readonly number[]): number[] {
  const starts = blocks.map((_, at) => sum(blocks.slice(0, at)));
  const parts = blocks.map((length, at) => data.slice(starts[at], (starts[at] ?? 0) + length));
  const ends = parts.map((part) => checkBytes(part, checks));
  return [...inTurn(parts), ...inTurn(ends)];
}

const FIELD = 0x11d;
const POWERS: readonly number[] = Array.from({ length: 255 }).reduce<number[]>((powers) => {
  const doubled = (powers.at(-1) ?? 0) << 1;
  return powers.length === 0 ? [1] : [...powers, doubled > 255 ? doubled ^ FIELD : doubled];
}, []);
const LOGARITHMS = new Map(POWERS.map((power, exponent) => [power, exponent]));

function multiply(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  return POWERS[((LOGARITHMS.get(a) ?? 0) + (LOGARITHMS.get(b) ?? 0)) % 255] ?? 0;
}

/** Reed-Solomon: what is left when the data is divided by the generator of as many roots as there are check bytes. */
function checkBytes(data: readonly number[], count: number): number[] {
  let generator = [1];
  for (let root = 0; root < count; root += 1) {
    const by = POWERS[root] ?? 0;
    generator = [...generator, 0].map((value, at) => value ^ multiply(generator[at - 1] ?? 0, by));
  }
  let rest = Array.from({ length: count }, () => 0);
  for (const byte of data) {
    const lead = byte ^ (rest[0] ?? 0);
    rest = [...rest.slice(1), 0].map((value, at) => value ^ multiply(generator[at + 1] ?? 0, lead));
  }
  return rest;
}

type Mask = (row: number, column: number) => boolean;

const MASKS: readonly Mask[] = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

const LIGHT = 0;
const DARK = 1;
const BLANK = 2;

interface Drawing {
  readonly size: number;
  readonly cells: Uint8Array;
}

interface Content {
  readonly stream: readonly number[];
  readonly mask: number;
}

function drawMatrix(number: number, { centres }: Version, { stream, mask }: Content): Drawing {
  const size = 17 + number * 4;
  const cells = new Uint8Array(size * size).fill(BLANK);
  const set = (row: number, column: number, dark: boolean): void => {
    if (row >= 0 && column >= 0 && row < size && column < size) cells[row * size + column] = dark ? DARK : LIGHT;
  };
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  for (const [row, column] of alignments(centres)) drawRings(set, { row, column, reach: 2, light: [1] });
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ] as const)
    drawRings(set, { row, column, reach: 4, light: [2, 4] });
  drawFormat(set, size, mask);
  if (number >= 7) drawVersion(set, size, number);
  fill({ size, cells, set }, stream, MASKS[mask] ?? (() => false));
  return { size, cells };
}

type Set = (row: number, column: number, dark: boolean) => void;

/** Every crossing of the centres but those that the three corners cover. */
function alignments(centres: readonly number[]): (readonly [number, number])[] {
  const last = centres.at(-1) ?? 0;
  return centres.flatMap((row) =>
    centres.flatMap((column) => {
      const inCorner = (row === 6 && (column === 6 || column === last)) || (row === last && column === 6);
      return inCorner ? [] : [[row, column] as const];
    }),
  );
}

interface Rings {
  readonly row: number;
  readonly column: number;
  readonly reach: number;
  /** Which rings around the centre are light. */
  readonly light: readonly number[];
}

function drawRings(set: Set, { row, column, reach, light }: Rings): void {
  for (let down = -reach; down <= reach; down += 1) {
    for (let across = -reach; across <= reach; across += 1) {
      set(row + down, column + across, !light.includes(Math.max(Math.abs(down), Math.abs(across))));
    }
  }
}

/** A word with what is left of it after division by a generator, as format and version carry it. */
function withRest(word: number, generator: number, bits: number): number {
  let rest = word << bits;
  for (let bit = 31 - Math.clz32(rest); bit >= bits; bit = 31 - Math.clz32(rest)) rest ^= generator << (bit - bits);
  return (word << bits) | rest;
}

const FORMAT_GENERATOR = 0x537;
const FORMAT_MASK = 0x5412;
const VERSION_GENERATOR = 0x1f25;

/** Level M and the mask, twice; its two bits of level are zero. */
function drawFormat(set: Set, size: number, mask: number): void {
  const word = withRest(mask, FORMAT_GENERATOR, 10) ^ FORMAT_MASK;
  const bit = (at: number): boolean => ((word >> at) & 1) === 1;
  const along = [0, 1, 2, 3, 4, 5, 7, 8];
  for (const [at, place] of along.entries()) {
    set(place, 8, bit(at));
    set(8, size - 1 - at, bit(at));
  }
  for (const [at, place] of [7, 5, 4, 3, 2, 1, 0].entries()) {
    set(8, place, bit(at + 8));
    set(size - 7 + at, 8, bit(at + 8));
  }
  set(size - 8, 8, true);
}

function drawVersion(set: Set, size: number, number: number): void {
  const word = withRest(number, VERSION_GENERATOR, 12);
  for (let at = 0; at < 18; at += 1) {
    const dark = ((word >> at) & 1) === 1;
    set(Math.floor(at / 3), size - 11 + (at % 3), dark);
    set(size - 11 + (at % 3), Math.floor(at / 3), dark);
  }
}

interface Canvas extends Drawing {
  readonly set: Set;
}

/** The stream in pairs of columns from the right, up and down in turn, around what is drawn already. */
function fill({ size, cells, set }: Canvas, stream: readonly number[], mask: Mask): void {
  let at = 0;
  for (const [turn, right] of rightsOf(size).entries()) {
    for (let step = 0; step < size * 2; step += 1) {
      const line = step >> 1;
      const row = turn % 2 === 0 ? size - 1 - line : line;
      const column = right - (step % 2);
      if (cells[row * size + column] !== BLANK) continue;
      const bit = (((stream[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1;
      set(row, column, bit !== mask(row, column));
      at += 1;
    }
  }
}

/** The right column of each pair; the column of the timing pattern belongs to none. */
function rightsOf(size: number): number[] {
  return Array.from({ length: (size - 1) / 2 }, (_, pair) => size - 1 - pair * 2).map((right) =>
    right <= 6 ? right - 1 : right,
  );
}

/** Cells that make a matrix hard to read where they are all of one colour: five in a row, and a square of four. */
const SHAPES = [
  { cost: 1, down: 0, across: 4, cells: [1, 2, 3, 4].map((step) => [0, step] as const) },
  { cost: 1, down: 4, across: 0, cells: [1, 2, 3, 4].map((step) => [step, 0] as const) },
  { cost: 3, down: 1, across: 1, cells: [[0, 1] as const, [1, 0] as const, [1, 1] as const] },
];

/** How hard a matrix is to read: shapes of one colour, and a colour that prevails. */
function penaltyOf({ size, cells }: Drawing): number {
  const flat = SHAPES.map(({ cost, down, across, cells: shape }) => {
    const steps = shape.map(([row, column]) => row * size + column);
    let found = 0;
    for (let row = 0; row < size - down; row += 1) {
      for (let at = row * size; at < row * size + size - across; at += 1) if (isFlat(cells, at, steps)) found += 1;
    }
    return cost * found;
  });
  const dark = cells.reduce((total, cell) => total + cell, 0);
  return sum(flat) + Math.floor(Math.abs((dark * 20) / (size * size) - 10)) * 10;
}

/** Whether the cells that lie so many steps further are of one colour with a cell. */
function isFlat(cells: Uint8Array, at: number, steps: readonly number[]): boolean {
  for (const step of steps) if (cells[at + step] !== cells[at]) return false;
  return true;
}
