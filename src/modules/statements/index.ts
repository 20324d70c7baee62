export { readCamt, writeCamt } from "./camt.ts";
export type { CsvMapping } from "./csv.ts";
export { guessMapping, readCsv, splitCsv, writeCsvStatement } from "./csv.ts";
export { readOfx, writeOfx } from "./ofx.ts";
export { readQif, writeQif } from "./qif.ts";
export type { Line, LineFault, OwnLine, Parsed, Statement } from "./line.ts";
