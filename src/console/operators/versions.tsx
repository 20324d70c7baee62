import type { Column } from "#console/frame/parts.tsx";
import { Table, When } from "#console/frame/parts.tsx";
import type { Visit } from "#console/frame/visit.ts";

interface Version {
  readonly version: number;
  readonly at: string;
  readonly changedBy: string;
  readonly name: string;
}

interface VersionsProps<T> {
  readonly visit: Visit;
  readonly rows: readonly T[];
  /** What else is told of a version. */
  readonly columns: readonly Column<T>[];
}

/** Every version that something which is sold has had. */
export function Versions<T extends Version>({ visit, rows, columns }: VersionsProps<T>) {
  const { sales: words, operators } = visit.words;
  return (
    <>
      <h2>{words.versions}</h2>
      <Table
        caption={words.versions}
        empty={operators.nothing}
        rows={rows}
        columns={[
          { head: words.version, number: true, cell: ({ version }) => version },
          { head: words.at, cell: ({ at }) => <When visit={visit} at={at} /> },
          { head: words.by, cell: ({ changedBy }) => <code>{changedBy}</code> },
          { head: words.name, cell: ({ name }) => name },
          ...columns,
        ]}
      />
    </>
  );
}
