/**
 * Which questions anybody might ask in the same words. What must stay true: a question that speaks of the one who asks,
 * names figures or follows from what was said before is never one of them.
 */

const MAX_LENGTH = 120;

const OPENERS =
  /^(?:what(?:'s| is| are| does)|define|explain|how (?:does|do|is|are)|why (?:is|are|do|does)|was ist|was sind|qué es|qu'est-ce que|cos'è)\b/u;

/** Words that make a question somebody's own, or one of this moment. */
const PERSONAL =
  /\b(?:i|i'm|i've|me|my|mine|myself|we|our|us|you|your|today|now|current|currently|latest|price|prices|worth|this|last|next|month|year|week|ich|mein\w*|wir|unser\w*|mi|mis|yo|mon|ma|mes|je|io|mio|mia)\b/u;

/** The one form that equal questions share; null for one that is not common. */
export function commonForm(question: string): string | null {
  if (question.length > MAX_LENGTH || /[0-9@#$€£₹<>{}[\]\\/]/u.test(question)) return null;
  const form = question
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s\u2019]+/gu, (run) => (run.includes("\u2019") ? "'" : " "))
    .replaceAll(/[?!.,;:"]+/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
  return OPENERS.test(form) && !PERSONAL.test(form) ? form : null;
}
