import { ButtonForm } from "#console/frame/forms.tsx";
import { Table } from "#console/frame/parts.tsx";
import type { Visit } from "#console/frame/visit.ts";

interface Method {
  readonly id: string;
  readonly kind: string;
  readonly brand: string | null;
  readonly last4: string | null;
  readonly expiryMonth: number | null;
  readonly expiryYear: number | null;
  readonly isDefault: boolean;
}

/** What renewals are paid with, as the gateway keeps it. */
export function Methods({ visit, rows }: { visit: Visit; rows: readonly Method[] }) {
  const { billing: words } = visit.words;
  return (
    <>
      <Table
        caption={words.methods}
        empty={words.noMethods}
        rows={rows}
        columns={[
          {
            head: words.methods,
            cell: ({ kind, brand, last4 }) => `${brand ?? kind} ${last4 === null ? "" : `…${last4}`}`,
          },
          {
            head: words.ends,
            cell: ({ expiryMonth, expiryYear }) => (expiryYear === null ? "–" : `${String(expiryMonth)}/${expiryYear}`),
          },
          {
            head: "",
            cell: ({ id, isDefault }) =>
              isDefault ? words.default : <ButtonForm visit={visit} action="useMethod" of={id} label={words.useThis} />,
          },
          {
            head: "",
            cell: ({ id }) => (
              <ButtonForm visit={visit} action="removeMethod" of={id} label={words.removeMethod} danger />
            ),
          },
        ]}
      />
      <ButtonForm visit={visit} action="addMethod" label={words.addMethod} />
    </>
  );
}
