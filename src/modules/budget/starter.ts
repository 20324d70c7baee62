import type { CategoryKind } from "./rules.envelope.ts";

/** The categories that a budget can start with. */

export interface Starter {
  readonly name: string;
  readonly group: string;
  readonly kind: CategoryKind;
  readonly icon: string;
}

const of = (group: string, list: readonly (readonly [icon: string, name: string])[]): Starter[] =>
  list.map(([icon, name]) => ({ name, group, icon, kind: group === "Income" ? "income" : "expense" }));

const COMMON = [
  ...of("Income", [
    ["💼", "Salary"],
    ["🎁", "Other income"],
  ]),
  ...of("Home", [
    ["🏠", "Rent or mortgage"],
    ["💡", "Electricity and water"],
    ["📱", "Phone and internet"],
  ]),
  ...of("Everyday", [
    ["🛒", "Groceries"],
    ["🍽️", "Eating out"],
    ["🚌", "Transport"],
    ["🩺", "Health"],
    ["👕", "Clothing"],
    ["🎬", "Leisure"],
  ]),
  ...of("Later", [
    ["🛟", "Emergency fund"],
    ["✈️", "Travel"],
    ["🎉", "Gifts and festivals"],
  ]),
];

/** What belongs to a country, beside what all have. */
const LOCAL: Readonly<Record<string, readonly Starter[]>> = {
  IN: [
    ...of("Home", [
      ["🧹", "Domestic help"],
      ["🔥", "Cooking gas"],
    ]),
    ...of("Family", [
      ["🎒", "School fees"],
      ["👵", "Support for parents"],
    ]),
    ...of("Later", [
      ["📈", "SIP and mutual funds"],
      ["🪙", "Gold"],
    ]),
  ],
  US: [
    ...of("Everyday", [
      ["⛽", "Gas"],
      ["🏥", "Health insurance"],
    ]),
    ...of("Later", [
      ["🏦", "Retirement (401k, IRA)"],
      ["🎓", "Student loans"],
    ]),
  ],
  GB: [
    ...of("Home", [
      ["🏛️", "Council tax"],
      ["📺", "TV licence"],
    ]),
    ...of("Later", [
      ["🏦", "Pension"],
      ["💷", "ISA"],
    ]),
  ],
  DE: [
    ...of("Home", [
      ["📻", "Broadcasting fee"],
      ["🛡️", "Liability insurance"],
    ]),
    ...of("Later", [["🏦", "Private pension"]]),
  ],
};

/** The starter categories of a country; one that has no set of its own gets what all have. */
export function starterOf(country: string | null): readonly Starter[] {
  return [...COMMON, ...(LOCAL[country ?? ""] ?? [])];
}
