export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly description: string;
  readonly expression: string;
}

function preset(
  id: string,
  [group, name]: readonly [string, string],
  [expression, description]: readonly [string, string],
): Preset {
  return { id, name, group, description, expression };
}

/** Scans that every screener has. */
export const PRESETS: readonly Preset[] = [
  preset(
    "oversold",
    ["Momentum", "Oversold"],
    ["rsi(14) < 30 and volume > 100k", "Fallen hard, by the relative strength index."],
  ),
  preset(
    "overbought",
    ["Momentum", "Overbought"],
    ["rsi(14) > 70 and volume > 100k", "Risen hard, by the relative strength index."],
  ),
  preset(
    "golden-cross",
    ["Trend", "Golden cross"],
    ["crosses_above(sma(close, 50), sma(close, 200))", "The mean of 50 days rises above that of 200."],
  ),
  preset(
    "death-cross",
    ["Trend", "Death cross"],
    ["crosses_below(sma(close, 50), sma(close, 200))", "The mean of 50 days falls below that of 200."],
  ),
  preset(
    "uptrend",
    ["Trend", "Uptrend"],
    [
      "close > sma(close, 50) and sma(close, 50) > sma(close, 200) and rising(sma(close, 200), 20)",
      "Price above rising means.",
    ],
  ),
  preset(
    "downtrend",
    ["Trend", "Downtrend"],
    [
      "close < sma(close, 50) and sma(close, 50) < sma(close, 200) and falling(sma(close, 200), 20)",
      "Price below falling means.",
    ],
  ),
  preset(
    "52-week-high",
    ["Extremes", "52-week high"],
    ["new_high(252)", "Higher than on any of the 252 sessions before."],
  ),
  preset("52-week-low", ["Extremes", "52-week low"], ["new_low(252)", "Lower than on any of the 252 sessions before."]),
  preset(
    "near-52-week-high",
    ["Extremes", "Near the 52-week high"],
    ["close > 0.95 * highest(high, 252)", "Within 5 % of the highest price of a year."],
  ),
  preset("volume-spike", ["Volume", "Volume spike"], ["relative_volume(20) > 3", "Three times the usual volume."]),
  preset("accumulation", ["Volume", "Accumulation"], ["cmf(20) > 0.2 and rising(obv(), 5)", "Volume flows in."]),
  preset(
    "dry-up",
    ["Volume", "Volume dry-up"],
    ["volume = lowest(volume, 50) and close > sma(close, 50)", "The quietest day of fifty, in an uptrend."],
  ),
  preset(
    "gap-up",
    ["Gaps", "Gap up"],
    ["gap_pct > 3 and volume > avg(volume, 20)", "Opened 3 % above the close before."],
  ),
  preset(
    "gap-down",
    ["Gaps", "Gap down"],
    ["gap_pct < -3 and volume > avg(volume, 20)", "Opened 3 % below the close before."],
  ),
  preset("top-gainers", ["Movers", "Top gainers"], ["change_pct > 5", "Up more than 5 % today."]),
  preset("top-losers", ["Movers", "Top losers"], ["change_pct < -5", "Down more than 5 % today."]),
  preset("most-active", ["Movers", "Most active"], ["dollar_volume > 50m", "More than 50 million traded."]),
  preset(
    "bullish-engulfing",
    ["Candles", "Bullish engulfing"],
    ["bullish_engulfing() and falling(close[1], 3)", "After three falls a rise that covers the last one."],
  ),
  preset(
    "bearish-engulfing",
    ["Candles", "Bearish engulfing"],
    ["bearish_engulfing() and rising(close[1], 3)", "After three rises a fall that covers the last one."],
  ),
  preset("hammer", ["Candles", "Hammer"], ["hammer() and close < sma(close, 20)", "A hammer in a downtrend."]),
  preset("morning-star", ["Candles", "Morning star"], ["morning_star()", "A turn upwards in three candles."]),
  preset("evening-star", ["Candles", "Evening star"], ["evening_star()", "A turn downwards in three candles."]),
  preset(
    "macd-bullish",
    ["Momentum", "MACD turns up"],
    ["crosses_above(macd(), macd().signal) and macd() < 0", "The MACD rises above its signal, below zero."],
  ),
  preset(
    "macd-bearish",
    ["Momentum", "MACD turns down"],
    ["crosses_below(macd(), macd().signal) and macd() > 0", "The MACD falls below its signal, above zero."],
  ),
  preset(
    "squeeze",
    ["Volatility", "Squeeze"],
    [
      "bbands(20, 2).upper < keltner(20, 1.5).upper and bbands(20, 2).lower > keltner(20, 1.5).lower",
      "Bollinger bands inside the Keltner channel.",
    ],
  ),
  preset(
    "breakout",
    ["Volatility", "Range breakout"],
    ["close > donchian(20).upper[1] and relative_volume(20) > 1.5", "A close above the range of 20 days, on volume."],
  ),
  preset(
    "strong-trend",
    ["Trend", "Strong trend"],
    ["adx(14) > 30 and di_plus(14) > di_minus(14)", "A strong move upwards."],
  ),
  preset(
    "supertrend-buy",
    ["Trend", "Supertrend turns up"],
    ["supertrend(10, 3).direction = 1 and supertrend(10, 3).direction[1] = -1", "Supertrend has changed to rising."],
  ),
  preset(
    "three-down-days",
    ["Movers", "Three down days"],
    ["falling(close, 3)", "Lower on each of the last three days."],
  ),
  preset(
    "pullback",
    ["Trend", "Pullback in an uptrend"],
    ["close > sma(close, 200) and rsi(3) < 20", "A short fall in a long rise."],
  ),
  preset(
    "outperformer",
    ["Relative", "Stronger than the market"],
    ["roc(close, 60) > roc(index_close, 60) + 20", "20 points ahead of the index over 60 sessions."],
  ),
  preset(
    "value",
    ["Fundamentals", "Low price for earnings"],
    ["pe between 3 and 12 and price_to_book < 2", "Cheap by earnings and by book."],
  ),
  preset(
    "dividend",
    ["Fundamentals", "Dividend payers"],
    ["dividend_yield > 3 and eps > 0", "Pays more than 3 % and earns money."],
  ),
];
