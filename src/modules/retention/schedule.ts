import type { Retention } from "./rules.ts";
import { MONEY } from "./schedule.money.ts";
import { PEOPLE } from "./schedule.people.ts";
import { PRODUCT } from "./schedule.product.ts";

/** Every table: how long its rows are kept, why, and by which job they go. Rows go in this order. */
export const SCHEDULE: readonly Retention[] = [...PEOPLE, ...MONEY, ...PRODUCT];
