/** Terms of finance in plain words, each with the other words for it. */

interface Term {
  readonly names: readonly string[];
  readonly meaning: string;
}

const TERMS: readonly Term[] = [
  {
    names: ["apr", "annual percentage rate"],
    meaning:
      "APR is what a loan costs in a year, interest and compulsory fees together, as a share of what is owed. It leaves out that interest is charged on interest.",
  },
  {
    names: ["apy", "annual percentage yield", "effective annual rate"],
    meaning:
      "APY is what savings earn in a year when the interest earns interest too. The more often it is credited, the further APY lies above the plain rate.",
  },
  {
    names: ["asset allocation"],
    meaning:
      "Asset allocation is how savings are split between kinds of assets, such as shares, bonds and cash. It decides most of how much a portfolio swings.",
  },
  {
    names: ["balance sheet"],
    meaning:
      "A balance sheet lists what is owned and what is owed at one moment. The difference is the net worth, or a company's equity.",
  },
  {
    names: ["bear market"],
    meaning: "A bear market is a long fall of prices, by custom of a fifth or more from the last high.",
  },
  {
    names: ["bond", "bonds"],
    meaning:
      "A bond is a loan to a state or a company that can be traded. It pays interest and gives the money back at its end; its price falls when interest rates rise.",
  },
  {
    names: ["budget", "budgeting"],
    meaning:
      "A budget is a plan for money before it is spent: each amount of income gets a job, such as rent, food or savings, and what is spent is compared with it.",
  },
  {
    names: ["bull market"],
    meaning: "A bull market is a long rise of prices, by custom of a fifth or more from the last low.",
  },
  {
    names: ["capital gain", "capital gains"],
    meaning:
      "A capital gain is what something was sold for beyond what it cost. Whether and how it is taxed differs from country to country.",
  },
  {
    names: ["carry-over", "carryover", "rollover"],
    meaning:
      "Carry-over is what a category had left at a month's end and takes into the next. Overspending is taken from next month's money instead, unless the category carries it.",
  },
  {
    names: ["compound interest", "compounding"],
    meaning:
      "Compound interest is interest on earlier interest. At 7 % a year an amount doubles in about ten years; the same works against whoever owes.",
  },
  {
    names: ["credit score"],
    meaning:
      "A credit score is a number by which lenders guess whether a loan is paid back. Paying on time and using little of the credit lines help most.",
  },
  {
    names: ["debt avalanche", "avalanche method"],
    meaning:
      "The debt avalanche pays the minimum on every debt and all the rest on the one with the highest rate. It costs the least interest.",
  },
  {
    names: ["debt snowball", "snowball method"],
    meaning:
      "The debt snowball pays the minimum on every debt and all the rest on the smallest one. It costs more than the avalanche, and its early successes keep many people at it.",
  },
  {
    names: ["diversification", "diversify"],
    meaning:
      "Diversification spreads money over things that do not fall together, so that one bad one does less harm. It lowers the swings, not the risk of the whole market.",
  },
  {
    names: ["dividend", "dividends"],
    meaning:
      "A dividend is a part of its profit that a company pays to its shareholders. The share's price falls by about as much on that day.",
  },
  {
    names: ["dollar-cost averaging", "dollar cost averaging", "sip", "systematic investment plan"],
    meaning:
      "Investing the same amount at fixed times buys more when prices are low and less when they are high. It takes the choice of the moment away, not the risk.",
  },
  {
    names: ["emergency fund", "rainy day fund"],
    meaning:
      "An emergency fund is money for what nobody plans, kept where it can be had at once. Three to six months of necessary spending is a common size.",
  },
  {
    names: ["envelope budgeting", "envelope method", "zero-based budget", "zero-based budgeting"],
    meaning:
      "Envelope budgeting gives every unit of income to a category until nothing is left to assign. What an envelope has left stays in it; what it lacks must come from another one.",
  },
  {
    names: ["equity", "share", "shares", "stock", "stocks"],
    meaning:
      "A share is a part of a company: of its profits, its votes and its losses. Its price is what others would pay for it today.",
  },
  {
    names: ["etf", "exchange-traded fund", "exchange traded fund"],
    meaning: "An ETF is a fund that is traded like a share. Most follow an index at a low cost.",
  },
  {
    names: ["exchange rate"],
    meaning:
      "An exchange rate is the price of one currency in another. What banks and cards charge lies apart from the middle rate, and the difference is a fee.",
  },
  {
    names: ["expense ratio", "ter"],
    meaning:
      "The expense ratio is what a fund takes each year for its costs, as a share of what is invested. Over decades a single percent takes a good part of the gain.",
  },
  {
    names: ["fixed deposit", "term deposit"],
    meaning:
      "A fixed deposit is money that a bank has for an agreed time at an agreed rate. Taking it out early costs a part of the interest.",
  },
  {
    names: ["hedge", "hedging"],
    meaning: "A hedge is a position that gains when another one loses. It costs something, as insurance does.",
  },
  {
    names: ["index fund", "index funds"],
    meaning:
      "An index fund holds what an index holds, instead of choosing. It costs little and does as well as its market, less that cost.",
  },
  {
    names: ["inflation"],
    meaning:
      "Inflation is how much more the same things cost than a year ago. At 5 % a year money loses half of what it buys in about fourteen years.",
  },
  {
    names: ["interest", "interest rate"],
    meaning: "Interest is the price of money over time: paid by whoever borrows, earned by whoever lends.",
  },
  {
    names: ["leverage"],
    meaning:
      "Leverage is trading with borrowed money. It multiplies gains and losses alike, and can lose more than was put in.",
  },
  {
    names: ["liquidity"],
    meaning:
      "Liquidity is how quickly something can be sold for about what it is worth. Cash has all of it, a house little.",
  },
  {
    names: ["market cap", "market capitalisation", "market capitalization"],
    meaning:
      "Market capitalisation is a company's share price times its number of shares: what the market says the whole of it is worth.",
  },
  {
    names: ["mortgage"],
    meaning:
      "A mortgage is a loan for which a house stands good. Early payments are mostly interest; extra payments at the beginning save the most.",
  },
  {
    names: ["moving average"],
    meaning:
      "A moving average is the mean of the last so many prices, drawn day by day. It shows the direction and lags behind every turn.",
  },
  {
    names: ["mutual fund"],
    meaning: "A mutual fund pools many people's money and invests it by a stated plan. Its price is set once a day.",
  },
  { names: ["net worth"], meaning: "Net worth is all that is owned less all that is owed, at one moment." },
  {
    names: ["overdraft"],
    meaning: "An overdraft is a balance below zero that the bank allows. It is among the dearest ways to borrow.",
  },
  {
    names: ["p/e", "p/e ratio", "price-earnings ratio", "price to earnings"],
    meaning:
      "The P/E ratio is a share's price divided by a year's earnings per share: how many years of today's profit the price stands for.",
  },
  {
    names: ["pay yourself first"],
    meaning:
      "Paying yourself first means that savings leave the account on payday, before anything is spent, instead of what happens to be left.",
  },
  { names: ["portfolio"], meaning: "A portfolio is everything that somebody has invested in, taken together." },
  { names: ["principal"], meaning: "The principal is the amount that was lent or invested, without interest." },
  {
    names: ["recession"],
    meaning: "A recession is a time in which an economy makes less than before; by one custom, two quarters in a row.",
  },
  {
    names: ["risk tolerance"],
    meaning: "Risk tolerance is how much loss somebody can bear, in money and in nerves, without giving up a plan.",
  },
  {
    names: ["rsi", "relative strength index"],
    meaning:
      "The RSI compares recent gains with recent losses on a scale from 0 to 100. Below 30 is often called oversold and above 70 overbought; neither says what comes next.",
  },
  {
    names: ["savings rate"],
    meaning:
      "The savings rate is the part of income that is not spent. It says more about how soon a goal is reached than the return does.",
  },
  {
    names: ["sinking fund"],
    meaning:
      "A sinking fund saves a little each month for a known cost that comes seldom, such as insurance or a holiday.",
  },
  {
    names: ["stop loss", "stop-loss"],
    meaning:
      "A stop-loss is an order to sell once a price has fallen to a mark. In a fast fall the sale can come far below it.",
  },
  {
    names: ["volatility"],
    meaning: "Volatility is how much a price swings. It is not the same as the risk of losing for good.",
  },
  {
    names: ["yield"],
    meaning: "A yield is what an investment pays in a year as a share of its price. It rises when the price falls.",
  },
];

/** What a question asks to have explained; null where it names no known term. The longest name that it holds counts. */
export function explain(question: string): string | null {
  const text = ` ${question.toLowerCase().replaceAll(/[^\p{L}\p{N}/-]+/gu, " ")} `;
  const held = TERMS.flatMap(({ names, meaning }) =>
    names.filter((name) => text.includes(` ${name} `)).map((name) => ({ name, meaning })),
  );
  return held.toSorted((a, b) => b.name.length - a.name.length)[0]?.meaning ?? null;
}
