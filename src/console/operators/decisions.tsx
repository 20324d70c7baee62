import type { Child } from "hono/jsx";
import { Pager } from "#console/frame/parts.tsx";
import type { Visit } from "#console/frame/visit.ts";
import { Filters, statesOf } from "./frame.tsx";

/** As many as can be looked at with the accounts behind them. */
export const SHOWN = "10";

interface DecisionsProps {
  readonly visit: Visit;
  readonly states: readonly string[];
  readonly page: { readonly data: readonly unknown[]; readonly nextCursor: string | null };
  /** A card for each that waits. */
  readonly cards: Child;
  /** What was decided already. */
  readonly others: Child;
}

export function Decisions({ visit, states, page, cards, others }: DecisionsProps) {
  const { decisions: words, operators } = visit.words;
  const options = [...statesOf(visit, states).slice(1), ["all", operators.all] as const];
  return (
    <>
      <Filters visit={visit} filters={[{ name: "status", label: words.state, options }]} />
      {page.data.length === 0 ? <p class="empty">{operators.nothing}</p> : null}
      <div class="grid">{cards}</div>
      {others}
      <Pager visit={visit} next={page.nextCursor} />
    </>
  );
}
