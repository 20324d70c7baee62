import { DAY, toDate } from "#kernel/time";
import { findDay, getAnalytics, HEALTH_FORMULA, healthParts, healthScore } from "#modules/analytics";
import type { HealthPart } from "#modules/analytics";
import { listAdmins } from "#modules/identity";
import { isBroken } from "#modules/ledger";
import { findContact, notify } from "#modules/messaging";
import { getRevenue, listChurn, presentRevenue } from "#modules/revenue";
import { getStatus } from "#modules/status";
import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";

export type Statistics = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** How much there is of what operators look after, module by module. */
export async function getStatistics(ctx: Ctx): Promise<Statistics> {
  const modules = ctx.composition.modules.flatMap(({ name, statistics }) => (statistics ? [{ name, statistics }] : []));
  const [own, ...found] = await Promise.all([
    deadLetters(ctx),
    ...modules.map(async ({ name, statistics }) => [name, await statistics(ctx)] as const),
  ]);
  return { ...Object.fromEntries(found), platform: { deadLetters: own } };
}

async function deadLetters(ctx: Ctx): Promise<number> {
  const row = await ctx.db
    .sql("select count(*) as dead from platform_deliveries where state = 'dead'")
    .first<{ dead: number }>();
  return row?.dead ?? 0;
}

export interface Health {
  readonly score: number;
  readonly formula: string;
  readonly parts: readonly HealthPart[];
}

/** One figure for how the installation does, with what it is made of. */
export async function getHealthScore(ctx: Ctx): Promise<Health> {
  const yesterday = toDate(ctx.now() - DAY);
  const [statistics, uptimeBps, broken, used, churn] = await Promise.all([
    getStatistics(ctx),
    worstUptime(ctx),
    isBroken(ctx),
    findDay(ctx, yesterday),
    listChurn(ctx, toDate(ctx.now()).slice(0, 7)),
  ]);
  const { openTickets = 0, lateTickets = 0 } = statistics["support"] ?? {};
  const { deadLetters: dead = 0 } = statistics["platform"] ?? {};
  const { dau, mau } = used ?? { dau: 0, mau: 0 };
  const parts = healthParts({
    uptimeBps,
    booksBalanced: !broken,
    deadLetters: dead,
    onTimeBps: openTickets === 0 ? null : Math.round(((openTickets - lateTickets) * 10_000) / openTickets),
    dau,
    mau,
    churnBps: churn.length === 0 ? null : Math.max(...churn),
  });
  return { score: healthScore(parts), formula: HEALTH_FORMULA, parts };
}

/** The worst of seven days of any component; null where none was checked. */
async function worstUptime(ctx: Ctx): Promise<number | null> {
  const { components } = await getStatus(ctx);
  const week = toDate(ctx.now() - 6 * DAY);
  const uptimes = components.flatMap(({ days }) =>
    days.filter(({ day }) => day >= week).map(({ uptimeBps }) => uptimeBps),
  );
  return uptimes.length === 0 ? null : Math.min(...uptimes);
}

export interface Report {
  readonly month: string;
  readonly sections: readonly { readonly title: string; readonly facts: readonly (readonly [string, string])[] }[];
}

/** A month in figures. One that is over says the same whenever it is asked for, but for what was booked late. */
export async function getReport(ctx: Ctx, month: string): Promise<Report> {
  const from = `${month}-01`;
  const next = new Date(`${from}T00:00:00.000Z`);
  next.setUTCMonth(next.getUTCMonth() + 1);
  const [used, revenue] = await Promise.all([
    getAnalytics(ctx, from, toDate(next.getTime() - DAY)),
    getRevenue(ctx, month).then(presentRevenue),
  ]);
  const last = used.days.at(-1);
  return {
    month,
    sections: [
      {
        title: "People",
        facts: [
          ...used.funnel.map(({ step, count, conversionBps }) => {
            const part = conversionBps === null ? "" : ` (${(conversionBps / 100).toFixed(1)} % of the step before)`;
            return [`Funnel: ${step}`, `${count}${part}`] as const;
          }),
          [
            "Active on the last day, in its week, in its month",
            last ? `${last.dau}, ${last.wau}, ${last.mau}` : "none",
          ],
        ],
      },
      ...revenue.figures.map((row) => ({
        title: `Revenue in ${row.asset}`,
        facts: [
          ["MRR", row.mrr],
          ["ARR", row.arr],
          ["Paying customers", String(row.customers)],
          ["Customers lost", share(row.customerChurnBps)],
          ["LTV", row.ltv ?? "not known"],
          ["CAC", row.cac ?? "not known"],
        ] as const,
      })),
      {
        title: "Use",
        facts: used.features.slice(0, 10).map(({ feature, calls }) => [feature, `${calls} calls`] as const),
      },
    ],
  };
}

function share(bps: number | null): string {
  return bps === null ? "not known" : `${(bps / 100).toFixed(2)} %`;
}

const FACTS_IN_A_MAIL = 20;
const MAIL_TEXT = 400;

/** Mails the report of the month before to all administrators, once each. */
export async function mailReport(ctx: Ctx, slot: number): Promise<void> {
  const month = toDate(new Date(slot).setUTCDate(0)).slice(0, 7);
  const { sections } = await getReport(ctx, month);
  const facts = sections
    .flatMap(({ title, facts: rows }) => rows.map(([label, value]) => ({ label: `${title}: ${label}`, value })))
    .map(({ label, value }) => ({ label: label.slice(0, MAIL_TEXT), value: value.slice(0, MAIL_TEXT) }))
    .slice(0, FACTS_IN_A_MAIL);
  for (const userId of await listAdmins(ctx)) {
    const contact = await findContact(ctx, userId);
    if (!contact) continue;
    const { statements, events } = await notify(ctx, {
      contact,
      kind: "monthlyReport",
      data: { month, facts, path: `/api/v1/admin/reports/${month}` },
      dedupeKey: `admin-report:${month}`,
    });
    await commit(ctx, statements, { events });
  }
}
