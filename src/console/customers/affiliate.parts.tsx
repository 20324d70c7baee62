import { LineChart } from "#console/frame/charts.tsx";
import { Table, When } from "#console/frame/parts.tsx";
import type { Visit } from "#console/frame/visit.ts";

interface DaysProps {
  readonly visit: Visit;
  readonly days: readonly {
    readonly day: string;
    readonly clicks: number;
    readonly signUps: number;
    readonly buyers: number;
  }[];
}

/** What the link brought, day by day. */
export function Days({ visit, days }: DaysProps) {
  const { affiliate: words } = visit.words;
  const inOrder = days.toSorted((a, b) => a.day.localeCompare(b.day));
  return (
    <LineChart
      label={words.days}
      visit={visit}
      marks={inOrder.map(({ day }) => day)}
      series={(["clicks", "signUps", "buyers"] as const).map((name) => ({
        name: words[name],
        values: inOrder.map((row) => row[name]),
      }))}
    />
  );
}

const MONTHS = 6;

/** The last months' statements, to keep. */
export function Statements({ visit }: { visit: Visit }) {
  const { affiliate: words } = visit.words;
  const now = new Date(visit.c.get("ctx").now());
  const months = Array.from({ length: MONTHS }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  );
  return (
    <>
      <h2>{words.statements}</h2>
      <ul class="plain">
        {months.map((month) => (
          <li>
            {month}: <a href={`/app/affiliate/statements/${month}/pdf`}>PDF</a>{" "}
            <a href={`/app/affiliate/statements/${month}/csv`}>CSV</a>
          </li>
        ))}
      </ul>
    </>
  );
}

interface Referral {
  readonly name: string;
  readonly level: number;
  readonly bought: boolean;
  readonly joinedAt: string;
}

export function Referrals({ visit, rows }: { visit: Visit; rows: readonly Referral[] }) {
  const { affiliate: words } = visit.words;
  return (
    <Table
      caption={words.referrals}
      empty={words.noReferrals}
      rows={rows}
      columns={[
        { head: words.referrals, cell: ({ name }) => name },
        { head: words.level, cell: ({ level }) => level },
        { head: "", cell: ({ bought }) => (bought ? words.bought : "") },
        { head: "", cell: ({ joinedAt }) => <When visit={visit} at={joinedAt} /> },
      ]}
    />
  );
}
