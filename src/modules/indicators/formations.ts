import type { Candles } from "./candles.ts";
import type { Pattern, Sign } from "./pattern.ts";
import { when } from "./pattern.ts";

/** The opposite of a candle's own side. */
const against = (c: Candles, i: number): Sign => (c.color(i) === 1 ? -1 : 1);

const inside = (c: Candles, i: number): boolean => c.top(i) <= c.top(i - 1) && c.bottom(i) >= c.bottom(i - 1);

function engulfing(c: Candles, i: number): Sign {
  if (c.color(i) === c.color(i - 1)) return 0;
  const covers = c.top(i) >= c.top(i - 1) && c.bottom(i) <= c.bottom(i - 1);
  return when(covers && (c.top(i) > c.top(i - 1) || c.bottom(i) < c.bottom(i - 1)), c.color(i));
}

function star(c: Candles, i: number, side: 1 | -1): Sign {
  const shape = c.longBody(i - 2) && c.smallBody(i - 1) && !c.smallBody(i);
  const gap = side === 1 ? c.gapsDown(i - 1, i - 2) : c.gapsUp(i - 1, i - 2);
  const back = side * (c.close(i) - c.close(i - 2)) > 0.3 * c.body(i - 2);
  return when(shape && c.color(i - 2) === -side && c.color(i) === side && gap && back, side);
}

function whiteSoldiers(c: Candles, i: number): Sign {
  const days = [i - 2, i - 1, i];
  if (!days.every((day) => c.color(day) === 1 && c.noUpper(day))) return 0;
  const follows = (day: number): boolean =>
    c.close(day) > c.close(day - 1) &&
    c.open(day) > c.open(day - 1) &&
    c.open(day) <= c.close(day - 1) + c.near(day - 1) &&
    c.body(day) > c.body(day - 1) - c.far(day - 1);
  return when(follows(i - 1) && follows(i) && !c.smallBody(i));
}

function blackCrows(c: Candles, i: number): Sign {
  const days = [i - 2, i - 1, i];
  if (c.color(i - 3) !== 1 || !days.every((day) => c.color(day) === -1 && c.noLower(day))) return 0;
  const follows = (day: number): boolean =>
    c.open(day) < c.open(day - 1) && c.open(day) > c.close(day - 1) && c.close(day) < c.close(day - 1);
  return when(follows(i - 1) && follows(i) && c.high(i - 3) > c.close(i - 2), -1);
}

function threeInside(c: Candles, i: number): Sign {
  const shape =
    c.longBody(i - 2) && c.smallBody(i - 1) && c.top(i - 1) < c.top(i - 2) && c.bottom(i - 1) > c.bottom(i - 2);
  const side = against(c, i - 2);
  return when(shape && c.color(i) === side && side * (c.close(i) - c.open(i - 2)) > 0, side);
}

function threeOutside(c: Candles, i: number): Sign {
  const side = c.color(i - 1);
  const covers = c.color(i - 2) === -side && c.top(i - 1) > c.top(i - 2) && c.bottom(i - 1) < c.bottom(i - 2);
  return when(covers && side * (c.close(i) - c.close(i - 1)) > 0, side);
}

function kicking(c: Candles, i: number): Sign {
  const bare = (day: number): boolean => c.longBody(day) && c.noUpper(day) && c.noLower(day);
  if (c.color(i) === c.color(i - 1) || !bare(i) || !bare(i - 1)) return 0;
  const gap = c.color(i) === 1 ? c.low(i) > c.high(i - 1) : c.high(i) < c.low(i - 1);
  return when(gap, c.color(i));
}

/** Patterns of two to four candles. */
export const formations: readonly Pattern[] = [
  {
    name: "hammer",
    title: "Hammer",
    bars: 2,
    talib: "CDLHAMMER",
    sides: "one",
    formula: "A short body near the low before, a long lower shadow, hardly an upper one.",
    find: (c, i) =>
      when(c.shortBody(i) && c.longLower(i) && c.noUpper(i) && c.bottom(i) <= c.low(i - 1) + c.near(i - 1)),
  },
  {
    name: "hanging_man",
    title: "Hanging man",
    bars: 2,
    talib: "CDLHANGINGMAN",
    sides: "one",
    formula: "A hammer near the high before.",
    find: (c, i) =>
      when(c.shortBody(i) && c.longLower(i) && c.noUpper(i) && c.bottom(i) >= c.high(i - 1) - c.near(i - 1), -1),
  },
  {
    name: "inverted_hammer",
    title: "Inverted hammer",
    bars: 2,
    talib: "CDLINVERTEDHAMMER",
    sides: "one",
    formula: "A short body below the one before, a long upper shadow, hardly a lower one.",
    find: (c, i) => when(c.shortBody(i) && c.longUpper(i) && c.noLower(i) && c.gapsDown(i, i - 1)),
  },
  {
    name: "shooting_star",
    title: "Shooting star",
    bars: 2,
    talib: "CDLSHOOTINGSTAR",
    sides: "one",
    formula: "A short body above the one before, a long upper shadow, hardly a lower one.",
    find: (c, i) => when(c.shortBody(i) && c.longUpper(i) && c.noLower(i) && c.gapsUp(i, i - 1), -1),
  },
  {
    name: "engulfing",
    title: "Engulfing",
    bars: 2,
    talib: "CDLENGULFING",
    sides: "both",
    formula: "A body that covers the one before, of the other colour.",
    find: engulfing,
  },
  {
    name: "harami",
    title: "Harami",
    bars: 2,
    talib: "CDLHARAMI",
    sides: "both",
    formula: "A short body within a long one before.",
    find: (c, i) => when(c.longBody(i - 1) && c.smallBody(i) && inside(c, i), against(c, i - 1)),
  },
  {
    name: "harami_cross",
    title: "Harami cross",
    bars: 2,
    talib: "CDLHARAMICROSS",
    sides: "both",
    formula: "A doji within a long body before.",
    find: (c, i) => when(c.longBody(i - 1) && c.doji(i) && inside(c, i), against(c, i - 1)),
  },
  {
    name: "doji_star",
    title: "Doji star",
    bars: 2,
    talib: "CDLDOJISTAR",
    sides: "both",
    formula: "A doji beyond a long body, with a gap.",
    find: (c, i) =>
      when(
        c.longBody(i - 1) && c.doji(i) && (c.color(i - 1) === 1 ? c.gapsUp(i, i - 1) : c.gapsDown(i, i - 1)),
        against(c, i - 1),
      ),
  },
  {
    name: "piercing",
    title: "Piercing line",
    bars: 2,
    talib: "CDLPIERCING",
    sides: "one",
    formula: "After a long fall a long rise from below its low past the middle of its body.",
    find: (c, i) =>
      when(
        c.color(i - 1) === -1 &&
          c.longBody(i - 1) &&
          c.color(i) === 1 &&
          c.longBody(i) &&
          c.open(i) < c.low(i - 1) &&
          c.close(i) < c.open(i - 1) &&
          c.close(i) > c.close(i - 1) + c.body(i - 1) / 2,
      ),
  },
  {
    name: "dark_cloud_cover",
    title: "Dark cloud cover",
    bars: 2,
    talib: "CDLDARKCLOUDCOVER",
    sides: "one",
    formula: "After a long rise a fall from above its high past the middle of its body.",
    find: (c, i) =>
      when(
        c.color(i - 1) === 1 &&
          c.longBody(i - 1) &&
          c.color(i) === -1 &&
          c.open(i) > c.high(i - 1) &&
          c.close(i) > c.open(i - 1) &&
          c.close(i) < c.close(i - 1) - c.body(i - 1) / 2,
        -1,
      ),
  },
  {
    name: "kicking",
    title: "Kicking",
    bars: 2,
    talib: "CDLKICKING",
    sides: "both",
    formula: "Two opposite marubozu with a gap between them.",
    find: kicking,
  },
  {
    name: "matching_low",
    title: "Matching low",
    bars: 2,
    talib: "CDLMATCHINGLOW",
    sides: "one",
    formula: "Two falls with the same close.",
    find: (c, i) =>
      when(c.color(i - 1) === -1 && c.color(i) === -1 && Math.abs(c.close(i) - c.close(i - 1)) <= c.equal(i - 1)),
  },
  {
    name: "morning_star",
    title: "Morning star",
    bars: 3,
    talib: "CDLMORNINGSTAR",
    sides: "one",
    formula: "A long fall, a short body below it, a rise well into the first body.",
    find: (c, i) => star(c, i, 1),
  },
  {
    name: "evening_star",
    title: "Evening star",
    bars: 3,
    talib: "CDLEVENINGSTAR",
    sides: "one",
    formula: "A long rise, a short body above it, a fall well into the first body.",
    find: (c, i) => star(c, i, -1),
  },
  {
    name: "three_white_soldiers",
    title: "Three white soldiers",
    bars: 3,
    talib: "CDL3WHITESOLDIERS",
    sides: "one",
    formula: "Three rises, each from within the one before, that close near their highs.",
    find: whiteSoldiers,
  },
  {
    name: "three_black_crows",
    title: "Three black crows",
    bars: 4,
    talib: "CDL3BLACKCROWS",
    sides: "one",
    formula: "After a rise three falls, each from within the one before, that close near their lows.",
    find: blackCrows,
  },
  {
    name: "three_inside",
    title: "Three inside",
    bars: 3,
    talib: "CDL3INSIDE",
    sides: "both",
    formula: "A harami that the next close confirms.",
    find: threeInside,
  },
  {
    name: "three_outside",
    title: "Three outside",
    bars: 3,
    talib: "CDL3OUTSIDE",
    sides: "both",
    formula: "An engulfing that the next close confirms.",
    find: threeOutside,
  },
];
