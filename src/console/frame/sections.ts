import type { Visit } from "./visit.ts";

/** Where customers and operators can go. */

export type Section = keyof Visit["words"]["frame"]["sections"];

/** Where each section begins, and the module that it shows; null where it is always there. */
const SECTIONS: readonly (readonly [section: Section, path: string, module: string | null])[] = [
  ["home", "/app", null],
  ["scanner", "/app/scanner", "scanner"],
  ["wallet", "/app/wallet", "wallet"],
  ["p2p", "/app/p2p", "trades"],
  ["budget", "/app/budget", "budget"],
  ["assistant", "/app/assistant", "assistant"],
  ["academy", "/app/academy", "academy"],
  ["affiliate", "/app/affiliate", "affiliate"],
  ["billing", "/app/billing", "billing"],
  ["notifications", "/app/notifications", null],
  ["support", "/app/support", "support"],
  ["settings", "/app/settings", null],
];

export const OPERATORS = ["support", "admin"] as const;
export const ADMINS = ["admin"] as const;

export type Place = keyof Visit["words"]["operators"]["sections"];

/** Where each place is, who may open it, and the module that it shows, where that can be off. */
const PLACES: readonly (readonly [place: Place, path: string, roles: readonly string[], module?: string])[] = [
  ["overview", "/admin", ADMINS],
  ["users", "/admin/users", OPERATORS],
  ["verifications", "/admin/verifications", OPERATORS, "verification"],
  ["tickets", "/admin/tickets", OPERATORS, "support"],
  ["disputes", "/admin/disputes", OPERATORS, "trades"],
  ["withdrawals", "/admin/withdrawals", ADMINS, "wallet"],
  ["payouts", "/admin/payouts", ADMINS, "payouts"],
  ["reconciliation", "/admin/reconciliation", OPERATORS],
  ["revenue", "/admin/revenue", OPERATORS, "revenue"],
  ["analytics", "/admin/analytics", OPERATORS],
  ["plans", "/admin/plans", OPERATORS, "billing"],
  ["packages", "/admin/packages", OPERATORS, "academy"],
  ["taxes", "/admin/taxes", OPERATORS, "invoicing"],
  ["refunds", "/admin/refunds", ADMINS, "payments"],
  ["commissions", "/admin/commissions", OPERATORS, "affiliate"],
  ["reviews", "/admin/reviews", OPERATORS, "affiliate"],
  ["swaps", "/admin/swaps", OPERATORS, "swap"],
  ["assets", "/admin/assets", OPERATORS, "wallet"],
  ["methods", "/admin/payment-methods", OPERATORS, "p2p"],
  ["symbols", "/admin/symbols", OPERATORS, "market"],
  ["courses", "/admin/courses", OPERATORS, "academy"],
  ["broadcasts", "/admin/broadcasts", OPERATORS],
  ["incidents", "/admin/incidents", OPERATORS],
  ["readiness", "/admin/readiness", OPERATORS],
  ["backups", "/admin/backups", ADMINS],
  ["jobs", "/admin/jobs", OPERATORS],
  ["audit", "/admin/audit", ADMINS],
  ["settings", "/admin/settings", ADMINS],
];

interface Link {
  readonly path: string;
  readonly name: string;
  readonly current: boolean;
}

/** Where a section begins. */
export function pathOf(section: Section): string {
  return SECTIONS.find(([name]) => name === section)?.[1] ?? "/admin";
}

/** The customers' sections of what is switched on. */
export function sectionLinks(visit: Visit, section: Section): Link[] {
  const { sections } = visit.words.frame;
  const on = new Set<string>(visit.c.get("ctx").composition.modules.map(({ name }) => name));
  const open = SECTIONS.filter(([, , module]) => module === null || on.has(module));
  const shown = visit.user.role === "user" ? open : [...open, ["admin", "/admin", null] as const];
  return shown.map(([name, path]) => ({ path, name: sections[name], current: name === section }));
}

/** The operators' places of what is switched on that the reader's role may open. */
export function placeLinks({ c, user, words }: Visit): Link[] {
  const { pathname: here } = new URL(c.req.url);
  const on = new Set<string>(c.get("ctx").composition.modules.map(({ name }) => name));
  const within = (path: string): boolean => here === path || (path !== "/admin" && here.startsWith(`${path}/`));
  return PLACES.filter(([, , roles, module]) => {
    return roles.includes(user.role) && (module === undefined || on.has(module));
  }).map(([name, path]) => ({ path, name: words.operators.sections[name], current: within(path) }));
}
