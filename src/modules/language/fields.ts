import type { TextField, Value } from "./expression.ts";
import { arithmetic, bar, constant, fact, shift } from "./expression.ts";

/** A name of the language that stands for a value of its own. */
export interface Field {
  readonly name: string;
  readonly type: "number" | "text";
  readonly unit: string;
  readonly description: string;
  readonly example: string;
}

interface NumberField extends Omit<Field, "name" | "type"> {
  readonly build: () => Value;
}

const change = (): Value => arithmetic("-", bar("close"), shift(bar("close"), 1));
const percentOf = (part: Value, whole: Value): Value => arithmetic("*", constant(100), arithmetic("/", part, whole));
const mean = (...values: readonly Value[]): Value =>
  arithmetic(
    "/",
    values.reduce((a, b) => arithmetic("+", a, b)),
    constant(values.length),
  );

const NUMBERS: Readonly<Record<string, NumberField>> = {
  open: { unit: "price", description: "First price of the bar.", example: "open > close[1]", build: () => bar("open") },
  high: {
    unit: "price",
    description: "Highest price of the bar.",
    example: "high > high[1]",
    build: () => bar("high"),
  },
  low: { unit: "price", description: "Lowest price of the bar.", example: "low < low[1]", build: () => bar("low") },
  close: { unit: "price", description: "Last price of the bar.", example: "close > 10", build: () => bar("close") },
  volume: { unit: "shares", description: "Shares traded.", example: "volume > 1m", build: () => bar("volume") },
  hl2: {
    unit: "price",
    description: "Mean of high and low.",
    example: "close > hl2",
    build: () => mean(bar("high"), bar("low")),
  },
  hlc3: {
    unit: "price",
    description: "Mean of high, low and close.",
    example: "close > hlc3",
    build: () => mean(bar("high"), bar("low"), bar("close")),
  },
  ohlc4: {
    unit: "price",
    description: "Mean of open, high, low and close.",
    example: "close > ohlc4",
    build: () => mean(bar("open"), bar("high"), bar("low"), bar("close")),
  },
  change: { unit: "price", description: "Close less the close before.", example: "change > 1", build: change },
  change_pct: {
    unit: "percent",
    description: "Change against the close before.",
    example: "change_pct > 5",
    build: () => percentOf(change(), shift(bar("close"), 1)),
  },
  gap_pct: {
    unit: "percent",
    description: "Open against the close before.",
    example: "gap_pct > 3",
    build: () => percentOf(arithmetic("-", bar("open"), shift(bar("close"), 1)), shift(bar("close"), 1)),
  },
  range_pct: {
    unit: "percent",
    description: "High less low against the close.",
    example: "range_pct > 4",
    build: () => percentOf(arithmetic("-", bar("high"), bar("low")), bar("close")),
  },
  dollar_volume: {
    unit: "money",
    description: "Close times volume.",
    example: "dollar_volume > 10m",
    build: () => arithmetic("*", bar("close"), bar("volume")),
  },
  index_close: {
    unit: "points",
    description: "Close of the market's index on the bar's day.",
    example: "index_close > sma(index_close, 50)",
    build: () => bar("index_close"),
  },
  shares: {
    unit: "shares",
    description: "Shares outstanding, as last told.",
    example: "shares > 10m",
    build: () => fact("shares"),
  },
  market_cap: {
    unit: "money",
    description: "Close times shares outstanding.",
    example: "market_cap > 2b",
    build: () => arithmetic("*", bar("close"), fact("shares")),
  },
  eps: { unit: "money", description: "Earnings a share, as last told.", example: "eps > 0", build: () => fact("eps") },
  pe: {
    unit: "ratio",
    description: "Close over earnings a share.",
    example: "pe between 5 and 15",
    build: () => arithmetic("/", bar("close"), fact("eps")),
  },
  dividend_yield: {
    unit: "percent",
    description: "Dividends of a year against the price, as last told.",
    example: "dividend_yield > 3",
    build: () => fact("dividend_yield"),
  },
  book_value: {
    unit: "money",
    description: "Book value a share, as last told.",
    example: "book_value > 5",
    build: () => fact("book_value"),
  },
  price_to_book: {
    unit: "ratio",
    description: "Close over book value a share.",
    example: "price_to_book < 1",
    build: () => arithmetic("/", bar("close"), fact("book_value")),
  },
};

const TEXTS: Readonly<Record<TextField, { readonly description: string; readonly example: string }>> = {
  symbol: { description: "The symbol.", example: 'symbol in ("BADA", "BEFU")' },
  name: { description: "The company's name.", example: 'name != "GENX"' },
  exchange: { description: "Market identifier code of the exchange.", example: 'exchange = "XNAS"' },
  sector: { description: "The sector.", example: 'sector = "Technology"' },
  industry: { description: "The industry.", example: 'industry in ("Software", "Banks")' },
  country: { description: "Country of the company.", example: 'country = "US"' },
  currency: { description: "Currency of the prices.", example: 'currency = "USD"' },
  kind: { description: "stock, fund or index.", example: 'kind = "stock"' },
};

/** Every field, in reading order. */
export const FIELDS: readonly Field[] = [
  ...Object.entries(NUMBERS).map(([name, { build: _build, ...field }]) => ({
    name,
    type: "number" as const,
    ...field,
  })),
  ...Object.entries(TEXTS).map(([name, field]) => ({ name, type: "text" as const, unit: "text", ...field })),
];

/** The value that a name stands for; null where it is no field with numbers. */
export function numberField(name: string): Value | null {
  return Object.hasOwn(NUMBERS, name) ? (NUMBERS[name]?.build() ?? null) : null;
}

export function isTextField(name: string): name is TextField {
  return Object.hasOwn(TEXTS, name);
}
