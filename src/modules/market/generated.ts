import { toDayNumber } from "#kernel/time";
import type { BarBatch } from "#objects/market-shard";
import { listSessions, calendarOf } from "./calendar.ts";
import type { ExchangeCalendar } from "./calendars.ts";
import { COUNTRIES, SECTORS, nameOf, symbolOf } from "./generated.names.ts";
import type { Action, Listing, Provider } from "./provider.ts";
import { createBatch } from "./provider.ts";

/**
 * A market that is made up, the same in every installation: a random walk for each symbol from one seed, with splits,
 * dividends, gaps, halts, new and delisted symbols. Everything in it says that it is generated.
 */

const SEED = 20_240_102;
const FIRST_DAY = toDayNumber("2024-01-02");
const SYMBOLS = 560;
export const GENERATED = "generated";
/** The index that the market follows, and against which beta and correlation are measured. */
export const GENERATED_INDEX = "GENX";

export interface Generated {
  readonly listings: readonly Listing[];
  readonly actions: readonly Action[];
  readonly bars: BarBatch;
}

/** The market from one day to another, both included; its walk always begins on the same first day. */
export function generateMarket(from: number, to: number, exchange: string | null = null): Generated {
  const calendar = calendarOf("XNYS");
  if (!calendar) throw new Error("The calendar of the generated market is missing.");
  const walk: Walk = { calendar, days: listSessions(calendar, FIRST_DAY, to), from, batch: createBatch(), actions: [] };
  const moves = marketMoves(walk.days.length);
  const listings: Listing[] = exchange === null || exchange === "XNYS" ? [generateIndex(walk, moves)] : [];
  for (let number = 0; number < SYMBOLS; number += 1) {
    if (exchange !== null && exchangeOf(number) !== exchange) continue;
    const listing = generateSymbol(walk, number, moves);
    if (listing) listings.push(listing);
  }
  return { listings, actions: walk.actions, bars: walk.batch.build() };
}

/** The generated market behind the interface of a provider. */
export const generatedProvider: Provider = {
  source: GENERATED,
  exchanges: ["XNYS", "XNAS"],
  readSession: (_ctx, exchange, day) => Promise.resolve(generateMarket(day, day, exchange)),
};

interface Walk {
  readonly calendar: ExchangeCalendar;
  readonly days: readonly number[];
  readonly from: number;
  readonly batch: ReturnType<typeof createBatch>;
  readonly actions: Action[];
}

/** What a symbol goes through, by the number of the session. */
interface Life {
  readonly begins: number;
  readonly ends: number;
  readonly halted: (session: number) => boolean;
  readonly splitsAt: number;
}

function lifeOf(number: number): Life {
  const halted = number % 53 === 7 ? 400 + (number % 11) : Infinity;
  const still = number % 211 === 9 ? 700 : Infinity;
  return {
    begins: number % 41 === 3 ? 380 + (number % 5) * 40 : 0,
    ends: number % 45 === 11 ? 560 + (number % 7) * 10 : Infinity,
    halted: (session) => (session >= halted && session < halted + 6) || session >= still,
    splitsAt: number % 37 === 5 ? 300 + number : Infinity,
  };
}

function exchangeOf(number: number): string {
  return number % 5 < 3 ? "XNAS" : "XNYS";
}

function generateIndex(walk: Walk, moves: Float64Array): Listing {
  let level = 1_000;
  const next = random(SEED ^ 0x5bd1e995);
  walk.days.forEach((day, session) => {
    const open = level * Math.exp(0.001 * normal(next));
    level *= Math.exp(moves[session] ?? 0);
    const reach = Math.abs(normal(next)) * 0.002;
    const bar = [open, Math.max(open, level) * (1 + reach), Math.min(open, level) * (1 - reach), level, 0] as const;
    if (day >= walk.from) walk.batch.add(GENERATED_INDEX, day, bar);
  });
  return {
    ...blankListing(GENERATED_INDEX, "Generated market index", "XNYS"),
    kind: "index",
    listedOn: FIRST_DAY,
  };
}

function generateSymbol(walk: Walk, number: number, moves: Float64Array): Listing | null {
  const life = lifeOf(number);
  if (life.begins >= walk.days.length) return null;
  const path = createPath(random(SEED + number * 7_919));
  const end = Math.min(walk.days.length, life.ends);
  for (let session = life.begins; session < end; session += 1) {
    walkSession(walk, { number, session, life, path }, moves);
  }
  return {
    ...blankListing(symbolOf(number), nameOf(number), exchangeOf(number)),
    ...classOf(number),
    ...stateOf(walk, life),
    ...path.company(),
  };
}

interface Step {
  readonly number: number;
  readonly session: number;
  readonly life: Life;
  readonly path: Path;
}

function walkSession(walk: Walk, { number, session, life, path }: Step, moves: Float64Array): void {
  const symbol = symbolOf(number);
  const day = walk.days[session] as number;
  const bar = path.step(moves[session] ?? 0);
  const split = path.split(session === life.splitsAt);
  if (split !== null) walk.actions.push({ symbol, day: day + 1, kind: "split", value: split });
  const cash = number % 3 === 0 && session % 63 === number % 63 ? Math.round(bar[3] * 0.5) / 100 : 0;
  if (cash > 0) walk.actions.push({ symbol, day, kind: "dividend", value: cash });
  if (day >= walk.from && !life.halted(session)) walk.batch.add(symbol, day, bar);
}

function classOf(number: number): Pick<Listing, "sector" | "industry" | "country"> {
  const sector = SECTORS[number % SECTORS.length] ?? SECTORS[0];
  return {
    sector: sector.name,
    industry: sector.industries[number % sector.industries.length] ?? null,
    country: COUNTRIES[number % COUNTRIES.length] ?? "US",
  };
}

function stateOf(walk: Walk, life: Life): Pick<Listing, "state" | "listedOn" | "delistedOn"> {
  const gone = life.ends <= walk.days.length;
  return {
    state: gone ? "delisted" : life.halted(walk.days.length - 1) ? "halted" : "listed",
    listedOn: walk.days[life.begins] ?? null,
    delistedOn: gone ? (walk.days[life.ends - 1] ?? null) : null,
  };
}

function blankListing(symbol: string, name: string, exchange: string): Listing {
  return {
    symbol,
    name,
    exchange,
    kind: "stock",
    sector: null,
    industry: null,
    country: "US",
    currency: "USD",
    state: "listed",
    listedOn: null,
    delistedOn: null,
    shares: null,
    fundamentals: {},
  };
}

type BarValues = readonly [number, number, number, number, number];

interface Path {
  step(market: number): BarValues;
  /** The ratio of a split that takes effect the day after; null on most days. */
  split(planned: boolean): number | null;
  company(): Pick<Listing, "shares" | "fundamentals">;
}

const cents = (price: number): number => Math.max(1, Math.round(price * 100)) / 100;

/** One symbol's walk: its own moves beside the market's, opening gaps, and more volume on larger moves. */
function createPath(next: () => number): Path {
  const beta = 0.4 + next() * 1.2;
  const daily = 0.008 + next() * 0.022;
  const usual = Math.round(10 ** (4.5 + next() * 2.5));
  const earnings = next() < 0.85 ? 0.01 + next() * 0.09 : -0.02;
  const payout = next() < 0.4 ? next() * 0.05 : 0;
  let price = 4 + 10 ** (0.5 + next() * 1.9);
  let shares = Math.round((usual * (150 + next() * 600)) / 1_000) * 1_000;
  return {
    step(market) {
      const gap = next() < 0.02 ? (next() - 0.5) * 0.16 : (next() - 0.5) * daily * 0.6;
      const open = cents(price * Math.exp(gap));
      price = cents(open * Math.exp(0.0002 + beta * market + daily * normal(next)));
      const reach = daily * Math.abs(normal(next)) * 0.6;
      const high = cents(Math.max(open, price) * (1 + reach * next()));
      const low = Math.min(cents(Math.min(open, price) * (1 - reach * next())), open, price);
      const excitement = 1 + 20 * Math.abs(Math.log(price / open)) + (next() < 0.03 ? 3 * next() : 0);
      return [
        open,
        Math.max(high, open, price),
        low,
        price,
        Math.round(usual * excitement * Math.exp(0.3 * normal(next))),
      ];
    },
    split(planned) {
      const ratio = price > 600 ? 4 : price < 1.2 ? 0.1 : planned ? 2 : null;
      if (ratio === null) return null;
      price = cents(price / ratio);
      shares = Math.round(shares * ratio);
      return ratio;
    },
    company: () => ({
      shares,
      fundamentals: {
        eps: Math.round(price * earnings * 100) / 100,
        dividend_yield: Math.round(payout * 10_000) / 100,
        book_value: Math.round(price * (0.2 + Math.abs(earnings) * 8) * 100) / 100,
      },
    }),
  };
}

/** The market's own move of each session: calm most of the time, with a rough stretch now and then. */
function marketMoves(sessions: number): Float64Array {
  const next = random(SEED);
  let rough = 0.006;
  return Float64Array.from({ length: sessions }, () => {
    rough = 0.92 * rough + 0.08 * (next() < 0.05 ? 0.03 : 0.006);
    return 0.0003 + rough * normal(next);
  });
}

/** Numbers from 0 to 1 that follow from a seed. Source: Tommy Ettinger's mulberry32, public domain. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A normal number as the sum of twelve even ones less six: no function whose last digit differs between machines. */
function normal(next: () => number): number {
  let total = -6;
  for (let i = 0; i < 12; i += 1) total += next();
  return total;
}
