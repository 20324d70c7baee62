import type { Proposal } from "#objects/chat-session";
import { ButtonForm } from "#console/frame/forms.tsx";
import { formatMark } from "#console/frame/figures.ts";
import { Money } from "#console/frame/parts.tsx";
import type { Visit } from "#console/frame/visit.ts";

/** What the assistant would do, each to be confirmed or rejected by a form. */
export function Proposals({ visit, proposals }: { visit: Visit; proposals: readonly Proposal[] }) {
  const { live, nothingWaits } = visit.words.assistant;
  if (proposals.length === 0) return <p class="quiet">{nothingWaits}</p>;
  return (
    <>
      {proposals.map(({ id, category, month, amount, asset }) => (
        <section class="card proposal">
          <p>
            {live.proposal}: <strong>{category}</strong>, {formatMark(visit.locale, month)}:{" "}
            <Money visit={visit} amount={amount} asset={asset} />
          </p>
          <ButtonForm visit={visit} action="confirm" of={id} label={live.confirm} />{" "}
          <ButtonForm visit={visit} action="reject" of={id} label={live.reject} danger />
        </section>
      ))}
    </>
  );
}
