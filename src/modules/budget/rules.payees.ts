import { foldText } from "./rules.text.ts";

/** What must stay true: the first rule in order that fits decides; a transaction without a payee fits none. */

export const MATCHES = ["is", "contains", "startsWith"] as const;

export interface PayeeRule {
  readonly id: string;
  readonly match: (typeof MATCHES)[number];
  /** Folded. */
  readonly pattern: string;
  readonly categoryId: string;
}

/** The rule that a payee falls under; null where none fits. */
export function findRule<Rule extends PayeeRule>(rules: readonly Rule[], payee: string | null): Rule | null {
  if (payee === null) return null;
  const text = foldText(payee);
  return rules.find((rule) => fits(rule, text)) ?? null;
}

function fits({ match, pattern }: PayeeRule, text: string): boolean {
  if (match === "is") return text === pattern;
  return match === "contains" ? text.includes(pattern) : text.startsWith(pattern);
}
