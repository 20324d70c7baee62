/**
 * What models cost, in millionths of a dollar for a million tokens, by the day from which on a price holds. Source: the
 * vendor's price list as of that day.
 */

interface Price {
  /** A model's name, or what the names of its dated releases begin with. */
  readonly model: string;
  readonly from: string;
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
}

const PRICES: readonly Price[] = [
  { model: "gpt-4o-mini", from: "2024-07-18", input: 150_000, cachedInput: 75_000, output: 600_000 },
  { model: "gpt-4o", from: "2024-08-06", input: 2_500_000, cachedInput: 1_250_000, output: 10_000_000 },
  { model: "gpt-4.1-nano", from: "2025-04-14", input: 100_000, cachedInput: 25_000, output: 400_000 },
  { model: "gpt-4.1-mini", from: "2025-04-14", input: 400_000, cachedInput: 100_000, output: 1_600_000 },
  { model: "gpt-4.1", from: "2025-04-14", input: 2_000_000, cachedInput: 500_000, output: 8_000_000 },
  { model: "gpt-5-nano", from: "2025-08-07", input: 50_000, cachedInput: 5_000, output: 400_000 },
  { model: "gpt-5-mini", from: "2025-08-07", input: 250_000, cachedInput: 25_000, output: 2_000_000 },
  { model: "gpt-5", from: "2025-08-07", input: 1_250_000, cachedInput: 125_000, output: 10_000_000 },
];

const MILLION = 1_000_000;

/** The dearest of the list: a model that is not on it is never cheaper than it may be. */
const UNKNOWN: Price = PRICES.reduce((most, price) => (price.output > most.output ? price : most));

/** Whether the list holds a model, by its name or the name of its family. */
export function isPriced(model: string): boolean {
  return candidates(model).length > 0;
}

/** The price of a model on a day: of the longest name that fits, the newest that holds by then. */
function priceOf(model: string, day: string): Price {
  const fitting = candidates(model);
  const [longest] = fitting.toSorted((a, b) => b.model.length - a.model.length);
  const dated = fitting
    .filter((price) => price.model === longest?.model)
    .toSorted((a, b) => (a.from < b.from ? 1 : -1));
  return dated.find(({ from }) => from <= day) ?? dated.at(-1) ?? UNKNOWN;
}

function candidates(model: string): readonly Price[] {
  return PRICES.filter((price) => model === price.model || model.startsWith(`${price.model}-`));
}

export interface Tokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input, those that the vendor had kept. */
  readonly cachedTokens: number;
}

/** What tokens cost, in millionths of a dollar, rounded up. Exact: a million tokens at a dear price are still small integers. */
export function costMicros(model: string, day: string, tokens: Tokens): number {
  const price = priceOf(model, day);
  const fresh = tokens.inputTokens - tokens.cachedTokens;
  const total =
    BigInt(fresh) * BigInt(price.input) +
    BigInt(tokens.cachedTokens) * BigInt(price.cachedInput) +
    BigInt(tokens.outputTokens) * BigInt(price.output);
  return Number((total + BigInt(MILLION - 1)) / BigInt(MILLION));
}

/** The model of some whose output costs most: what is reserved for any of them. */
export function dearest(models: readonly string[]): string {
  return models.reduce((most, model) => (outputPrice(model) > outputPrice(most) ? model : most), models[0] ?? "");
}

const LATEST = "9999-12-31";

function outputPrice(model: string): number {
  return priceOf(model, LATEST).output;
}
