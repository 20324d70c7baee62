import type { StarterCourse, StarterModule } from "./starter.ts";

const QUESTION = `
There are thousands of listed companies and you have one evening. A **scan** is a question that is put to all of them at
once: which of you satisfy this condition, at the close of this day? The answer is a list. It is not advice, not a
prediction, and not a reason to buy. It is where *looking* begins.

## A first question

\`\`\`
close > 100 and volume > 100k
\`\`\`

Read it aloud: the last price is above 100, **and** more than 100,000 shares changed hands. Each part is true or false for
each symbol; \`and\` asks for both, \`or\` for at least one, \`not\` turns one around.

Put it into \`POST /scanner/run\`, or into the scan builder, and look at the head of the answer before you look at the list:

| field | what it tells |
| --- | --- |
| \`asOf\` | the day that was asked. If it is not the last session, the data is old, and so is the answer |
| \`universeSize\` | how many symbols were asked |
| \`matched\` | how many said yes |

*0 of 4,800* is an answer. *0 of 0* is a missing answer: there was no data. Many wrong decisions were made on the second by
people who took it for the first.

## Missing is not zero

A company that was listed three weeks ago has no mean of 200 days. Its condition is neither high nor low; it is unknown, and
unknown counts as *not matched*. If you want to find such symbols, ask: \`is_missing(sma(close, 200))\`.

## Try it

Run the presets *Oversold* and *Golden cross* on the same day. How many symbols are in both lists? Before you look: would you
expect many?
`;

const BARS = `
Every scan stands on bars. A daily **bar** is five numbers: open, high, low, close, volume. All the rest is arithmetic.

## Reading one

| | open | high | low | close |
| --- | ---: | ---: | ---: | ---: |
| Monday | 100 | 108 | 99 | 107 |
| Tuesday | 109 | 110 | 101 | 102 |

On Monday buyers were stronger: it closed near its high. On Tuesday it opened above Monday's close, which is a **gap**, and
then lost everything. The close alone, 107 and then 102, tells half of it.

## Looking back

\`close[1]\` is the close one bar earlier, \`close[5]\` five bars. So *three days down in a row* is

\`\`\`
close < close[1] and close[1] < close[2] and close[2] < close[3]
\`\`\`

and \`change_pct < -3\` is a fall of more than three percent since yesterday.

## Splits

When a company splits two for one, each share is worth half and everybody has twice as many. Nobody lost anything, but the
raw chart falls by 50 %. The bars you see are **adjusted**: earlier prices are divided, earlier volumes multiplied, so that a
scan finds no crash where there was none. Dividends are a choice of their own, and the answer says which prices it used.

## Timeframes

\`rsi(14)@1w\` is computed on weekly bars. A weekly bar is finished on the last session of the week; a scan on Wednesday sees
the last *finished* week, not half of this one. That is dull and it is right: a half bar changes its mind until Friday.

## Volume

A price without volume is an opinion. \`relative_volume(20)\` is today's volume divided by its mean of 20 days: 1 is a usual
day, 3 is a day on which something happened. If you look for moves that others took part in, add \`relative_volume(20) > 1.5\`.
`;

const INDICATORS = `
An indicator is a summary of past bars. It knows nothing that is not in them, so the question is never *does it work?* but
*what does it leave out?*

## Means: where is the price, compared with its past?

\`sma(close, 50)\` is the plain mean of 50 closes; \`ema(close, 50)\` weighs recent days more. \`close > sma(close, 200)\` is the most
used description of "rising". It is late by construction: a mean of 200 days turns months after the price did.

\`crosses_above(sma(close, 50), sma(close, 200))\` is true only **on the day** of the crossing: above today, not above yesterday.
\`sma(close, 50) > sma(close, 200)\` is true on every day after it. Confusing the two is the commonest mistake in scans.

## Momentum: how one-sided were the last days?

\`rsi(14)\` compares gains with losses of about 14 days and lies between 0 and 100. Below 30 is called oversold. In a strong fall
it can stay below 30 for weeks: it says *fallen hard*, not *will rise*.

## Volatility: how much does it move anyway?

\`atr(14)\` is the usual range of a day, in the currency. A fall of 4 is a bad day for a share with an \`atr\` of 1, and nothing
for one with an \`atr\` of 6. Dividing by it makes shares comparable: \`(close - close[1]) / atr(14) < -2\`.

## Warm-up

Each function needs bars before its first value: \`sma(close, 50)\` needs 50. Smoothed ones, like \`ema\` and \`rsi\`, need more until
their beginning no longer shows. \`GET /scanner/fields\` says how many for each.

## One idea for each condition

Three means that say the same are one condition written three times. A good scan has at most one condition of each kind:
**trend**, **momentum**, **volume**, and perhaps **size**, such as \`market_cap > 1b\`.
`;

const BUILD = `
Now build a scan as you would build a sentence: first what you mean, then the words.

## 1. Say it in plain language

> Companies in a long rise that have fallen hard in the last days, with many people taking part.

## 2. Translate part by part

| what I mean | condition |
| --- | --- |
| in a long rise | \`close > sma(close, 200)\` |
| fallen hard | \`rsi(14) < 30\` |
| many took part | \`volume > 2 * avg(volume, 20)\` |

\`\`\`
close > sma(close, 200) and rsi(14) < 30 and volume > 2 * avg(volume, 20)
\`\`\`

## 3. Look at the count

800 matches are no selection; 0 on every day is a contradiction. Loosen or tighten **one** condition at a time, and watch what
it does. \`within(rsi(14) < 30, 5)\` asks whether it was so on any of the last five bars: often what was meant.

## 4. Look at charts, above all at the wrong ones

Open ten matches. For each that you would not have picked, say why in words. The why is your missing condition: *it trades
only 200 shares a day*, *it is a takeover at a fixed price*, *it fell because of the figures this morning*. Some of them no
bar can tell you. That is why a scan is where looking begins.

## 5. Save it, and let it watch

A saved scan keeps each run: what matched, **what entered and what left** since the run before. An alert on *new* tells you
once when a symbol enters, instead of every day that it is still there. \`GET /market/symbols/{symbol}/matches\` shows which of
your scans a symbol has matched lately: a good first look before any decision.

## Mistakes with a name

- **The list that is too good:** you added conditions until last month's winner came out. Lesson 5.
- **The silent zero:** the data was missing. Look at \`universeSize\`.
- **The stale list:** look at \`asOf\`.
`;

const BACKTEST = `
You have a scan you like. Would it have found anything useful in the past? A **backtest** asks the same question on each past
day, with only what was known on that day, and then looks at what the price did afterwards.

## Reading the result

| figure | meaning |
| --- | --- |
| signals | how often the condition came true. Under a hundred, be careful; under thirty, stop reading |
| hit rate | the share of signals after which the price was higher |
| mean, median | forward return after 1, 5, 20 bars. If the mean is far above the median, a few lucky ones carry it |
| worst, best | the ends; could you have borne the worst one? |
| **universe** | the same figures for *all* symbols on *all* those days |

The last line matters most. In a rising year nearly every scan "earns". What counts is the **difference from the universe**.

*Example:* your scan has a mean of +1.8 % after 20 bars. The universe has +1.6 %. Your scan has found 0.2 %, before costs.

## Three ways of fooling oneself

**Looking ahead.** Using the day's close to decide in the morning of that day. The engine here does not allow it: a signal
of a day is measured from that day's close onwards.

**Survivors.** Testing only companies that still exist leaves out the ones that went under, which are exactly the ones that a
"fallen hard" scan would have picked. Delisted symbols are kept in the universe here.

**Fitting.** Try 50 variants, and the best will look brilliant by chance. Two defences: decide the conditions *before* you
look, and keep a part of the past that you test **once**, at the end. If the result there is much worse, it was chance.

## What it leaves out

Costs, taxes, the spread, whether you could have bought at the close, and you: whether you would have kept to it after the
fifth loss in a row. A backtest can show that an idea is bad. It cannot show that it is good.

## What you can do now

Ask a question of thousands of companies, tell a zero from a gap in the data, know what an indicator leaves out, build a scan
from a sentence, and read a test without fooling yourself. *None of this is advice to buy or sell. Decisions, and their
risks, are yours.*
`;

const READ: StarterModule = {
  title: "Reading",
  lessons: [
    { title: "A question to the whole market", minutes: 7, free: true, body: QUESTION },
    { title: "What a bar tells", minutes: 8, free: false, body: BARS },
    { title: "What an indicator leaves out", minutes: 9, free: false, body: INDICATORS },
  ],
  quiz: {
    title: "Bars and indicators",
    passPercent: 70,
    tries: 3,
    questions: [
      {
        kind: "single",
        prompt: "A scan answers: matched 0, universeSize 0. What does it mean?",
        options: ["No company fits", "There was no data", "The expression is wrong"],
        answer: 1,
        explanation: "Nobody was asked. A wrong expression would have been refused with its line and column.",
      },
      {
        kind: "single",
        prompt:
          "On how many days is crosses_above(sma(close, 50), sma(close, 200)) true while the shorter mean stays above for a month?",
        options: ["On one", "On every day of the month", "On none"],
        answer: 0,
        explanation: "Only on the day of the crossing.",
      },
      {
        kind: "number",
        prompt: "Today's volume is 450,000 and the mean of the last 20 days is 150,000. What is relative_volume(20)?",
        answer: "3",
        tolerance: "0",
        explanation: "450,000 / 150,000 = 3.",
      },
      {
        kind: "multiple",
        prompt: "What is true of rsi(14) < 30?",
        options: ["The price has fallen hard lately", "The price will rise soon", "It can stay so for weeks"],
        answers: [0, 2],
        explanation: "It describes the last days and promises nothing about the next.",
      },
    ],
  },
};

const USE: StarterModule = {
  title: "Building and testing",
  lessons: [
    { title: "From a sentence to a scan", minutes: 9, free: false, body: BUILD },
    { title: "Testing without fooling yourself", minutes: 9, free: false, body: BACKTEST },
  ],
  quiz: {
    title: "Scans and backtests",
    passPercent: 70,
    tries: 3,
    questions: [
      {
        kind: "number",
        prompt:
          "Mean return after 20 bars: your scan 2.4 %, the universe 1.9 %. How many percentage points did the scan add, before costs?",
        answer: "0.5",
        tolerance: "0.001",
        explanation: "2.4 - 1.9 = 0.5.",
      },
      {
        kind: "single",
        prompt: "Why are delisted companies kept in a backtest?",
        options: [
          "For completeness of the list",
          "Because leaving them out hides the losses",
          "They cannot be removed",
        ],
        answer: 1,
        explanation: "Those that went under are what a scan for fallen shares would have picked.",
      },
      {
        kind: "multiple",
        prompt: "Which of these protect against fitting?",
        options: [
          "Deciding the conditions before looking",
          "Trying more variants",
          "Keeping a part of the past for one last test",
        ],
        answers: [0, 2],
        explanation: "More variants make a lucky result more likely.",
      },
      {
        kind: "single",
        prompt: "You want to be told once when a symbol begins to match. Which alert?",
        options: ["on any", "on new"],
        answer: 1,
        explanation: "On new speaks when a symbol enters; on any speaks on every run with matches.",
      },
    ],
  },
};

export const SCANS: StarterCourse = {
  slug: "reading-a-stock-scan",
  title: "Reading a stock scan",
  summary:
    "What a scan asks, what a bar and an indicator tell and leave out, how to build one, and how to test it honestly.",
  modules: [READ, USE],
};
