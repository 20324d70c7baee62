import { Problem } from "#kernel/problem";
import type { Proposal } from "#objects/chat-session";
import type { Ctx } from "#platform/ctx";
import { monthIn } from "./figures.ts";
import { explain } from "./glossary.ts";
import * as figures from "./answers.ts";
import type { Person } from "./person.ts";
import { draftProposal } from "./proposals.ts";
import { readQuote } from "./tools.ts";

/**
 * The embedded adviser: answers from the person's own figures by rules, without a model. What must stay true: it states
 * the period of every figure, never advises on a named security, and nothing in a question changes what it does.
 */

export interface Advice {
  readonly question: string;
  readonly person: Person;
  readonly propose: (proposal: Proposal) => void;
}

const SIGNATURE = "\n\nThis is an answer of Bourse's adviser, an AI. It is for education and no financial advice.";

interface Topic {
  readonly matches: RegExp;
  readonly answer: (ctx: Ctx, advice: Advice) => Promise<string | null> | string | null;
}

const PROMPTED =
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|rule|prompt|previous|above)|system prompt|your (?:instructions|prompt|rules)|\b(?:developer|dan) mode\b|pretend (?:to be|you)|you are now\b|another user|other (?:people|users|customers)|someone else's|somebody else's/i;
const TRADING =
  /\b(?:should|shall|would|could|can)\s+(?:i|we|one|you)\b.{0,30}\b(?:buy|sell|short|hold|invest in|trade)\b|\bis\b.{0,40}\ba (?:good|bad|safe) (?:buy|investment|stock|coin)\b|\b(?:best|which|what) (?:stock|share|coin|fund|crypto)s?\b|\b(?:stock|share|crypto|coin) tip|price (?:target|prediction)|\bwill\b.{0,30}\b(?:rise|fall|go up|go down|crash|moon)\b|\b(?:recommend|suggest)\b.{0,30}\b(?:stock|share|coin|fund|etf|crypto)/i;
const TAX = /\b(?:tax(?:es|able)?|deduct(?:ion|ible)?|legal(?:ly)?|lawsuit|inheritance|contract)\b/i;
const WISH =
  /\b(?:set|assign|allocate|put|budget)\s+(?:aside\s+)?[^\d\s]?\s*([0-9]+(?:\.[0-9]+)?)\s*(?:[a-z]{3}\s+)?(?:to|for|into|in|on)\s+(?:my\s+)?([\p{L}][\p{L}\p{N} &'/-]{0,60}?)(?:\s+(?:in|for|this|next|last)\s+.*)?[.!?]*$/iu;

/** In their order: the first one that has an answer gives it. */
const TOPICS: readonly Topic[] = [
  {
    matches: PROMPTED,
    answer: () =>
      "I keep to my own rules whatever a message or a payee's name says, and I see nobody's figures but yours. Ask me about your budget, or about a term.",
  },
  {
    matches: /\b(?:are you|am i talking to)\b.{0,40}\b(?:ai|human|bot|robot|person|real|machine)\b|who are you/i,
    answer: () => "I am an AI: the embedded adviser of Bourse. No person reads along.",
  },
  {
    matches: TRADING,
    answer: () =>
      "I give no advice to buy, sell or hold a named security or coin, and I predict no prices. I can explain how one judges an investment: what it costs, how much it swings, how long the money can stay, and what share of the whole it would be.",
  },
  {
    matches: TAX,
    answer: () =>
      "Tax and law differ from place to place and from case to case, so I make no ruling. Your tax office or a professional can; I can show what you earned and spent in a month.",
  },
  { matches: WISH, answer: proposeWish },
  { matches: /\b(?:price|quote|close|trading at)\b/i, answer: quote },
  { matches: /^\s*(?:what(?:'s| is| are| does)|define|explain|meaning of|how (?:does|do|is|are))\b/i, answer: define },
  {
    matches: /\b(?:overspen[dt]|over budget|too much|exceed)/i,
    answer: async (ctx, { question }) => await figures.overspending(ctx, monthOf(ctx, question)),
  },
  {
    matches: /\b(?:forecast|on track|end of (?:the |this )?month|project(?:ed|ion)|run out|last until)/i,
    answer: async (ctx) => await figures.forecast(ctx),
  },
  {
    matches: /\b(?:net worth|accounts?|balances?|how much (?:money )?do i (?:have|own))\b/i,
    answer: async (ctx) => await figures.netWorth(ctx),
  },
  { matches: /\bgoals?\b/i, answer: async (ctx) => await figures.goals(ctx) },
  {
    matches: /\b(?:sav(?:e|ed|ing|ings)|put (?:away|aside))\b/i,
    answer: async (ctx, { question }) => await figures.savings(ctx, monthOf(ctx, question)),
  },
  {
    matches: /\b(?:compare|compared|versus|vs|more than last|less than last|change)\b/i,
    answer: async (ctx, { question }) =>
      await figures.comparison(ctx, monthOf(ctx, question.replace(/last month/i, ""))),
  },
  {
    matches: /\b(?:transactions?|payments?|purchases?|last paid|paid to|at which shop)\b/i,
    answer: async (ctx, { question }) => await figures.transactions(ctx, monthOf(ctx, question)),
  },
  {
    matches: /\b(?:biggest|largest|most|top|where (?:does|did|is) my money)\b/i,
    answer: async (ctx, { question }) => await figures.biggest(ctx, monthOf(ctx, question)),
  },
  {
    matches: /./su,
    answer: async (ctx, { question }) => await figures.category(ctx, monthOf(ctx, question), question),
  },
  {
    matches: /\b(?:income|earn|salary|to be budgeted|unassigned|left to (?:budget|assign))/i,
    answer: async (ctx, { question }) => await figures.income(ctx, monthOf(ctx, question)),
  },
  {
    matches: /\b(?:budget|spen[dt]|spending|money|month|doing|status|overview|left|available|afford)\b/i,
    answer: async (ctx, { question }) => await figures.status(ctx, monthOf(ctx, question)),
  },
  { matches: /./su, answer: define },
];

const HELP =
  "I can tell how your month stands, where you overspent, what is left in a category, what you are worth, and how the month will end at this pace; I explain terms such as compound interest; and I can propose to assign an amount to a category.";

export async function advise(ctx: Ctx, advice: Advice): Promise<string> {
  for (const { matches, answer } of TOPICS) {
    const text = matches.test(advice.question) ? await answer(ctx, advice) : null;
    if (text !== null) return text + SIGNATURE;
  }
  return HELP + SIGNATURE;
}

function monthOf(ctx: Ctx, question: string): string {
  return monthIn(question, ctx.now());
}

function define(_ctx: Ctx, { question }: Advice): string | null {
  return /\b(?:my|i|we|our)\b/i.test(question) ? null : explain(question);
}

async function proposeWish(ctx: Ctx, { question, propose }: Advice): Promise<string | null> {
  const [, amount = "", category = ""] = WISH.exec(question) ?? [];
  const drafted = await draftProposal(ctx, { month: monthOf(ctx, question), category, amount });
  if (drafted.state === "impossible") return `I cannot propose that: ${drafted.reason}`;
  const { proposal } = drafted;
  propose(proposal);
  return `I propose to assign ${proposal.amount} ${proposal.asset} to ${proposal.category} for ${proposal.month}. Nothing has changed yet: confirm it, and it is done.`;
}

const SHOUTED = /\b[A-Z][A-Z0-9.]{0,8}[A-Z0-9]\b/;
const NAMED = /\b(?:of|for)\s+\$?([A-Za-z][A-Za-z0-9.]{0,9})\b/;

async function quote(ctx: Ctx, { question }: Advice): Promise<string | null> {
  const symbol = SHOUTED.exec(question)?.[0] ?? NAMED.exec(question)?.[1];
  if (symbol === undefined) return null;
  try {
    const { name, close, currency, asOf, symbol: found } = await readQuote(ctx, symbol);
    if (close === null || asOf === null) return `${found} (${name}) has no prices yet.`;
    return `${found} (${name}) closed at ${close.toFixed(2)} ${currency} on ${asOf}. That is information; whether to buy or sell I do not advise.`;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // Only what is written as a symbol is one that is missing; "the price of groceries" asks for something else.
    return symbol === symbol.toUpperCase() ? `There is no symbol ${symbol} in the market that I see.` : null;
  }
}
