import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { formatAmount } from "#kernel/money";
import { toTimestamp } from "#kernel/time";
import {
  idParam,
  jsonAnswer,
  jsonBody,
  pageOf,
  pageQuery,
  presentPage,
  textField,
  timestamp,
  toPageRequest,
} from "#platform/http/fields";
import { amountText } from "#platform/http/money";
import { defineRoute, signedIn } from "#platform/http/route";
import { assetCode, assetField, CATEGORY, dateField, idField, money } from "./schemas.ts";
import type { Goal } from "./service.goals.ts";
import * as service from "./service.goals.ts";
import type { BudgetProfile } from "./service.profile.ts";
import { getProfile, putProfile } from "./service.profile.ts";

const read = { access: signedIn("budget:read"), limit: "read" } as const;
const write = { access: signedIn("budget:write"), limit: "write" } as const;
const tag = { tags: ["Budgets"] as [string] };
const params = z.object({ id: idParam("goal") });
const isGoal = (position: string): boolean => isId("goal", position);

const goal = z
  .object({
    id: z.string().openapi({ example: "goal_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    name: z.string().openapi({ example: "Winter holiday" }),
    categoryId: z.string().nullable(),
    targetAmount: money("What is to be saved."),
    targetDate: z.string().openapi({ format: "date", example: "2027-06-30" }),
    savedAmount: money("What its category holds, or as it was said."),
    remaining: money("What is missing."),
    suggested: money("What to give its category this month, so that the months that are left share what is missing."),
    monthsLeft: z.int().openapi({ description: "This one and the last one counted." }),
    asset: assetCode,
    createdAt: timestamp,
  })
  .openapi("Goal");

const fields = {
  name: textField(100).openapi({ example: "Winter holiday" }),
  categoryId: idField("cat")
    .nullable()
    .optional()
    .openapi({ description: "The category that holds what is saved.", example: CATEGORY }),
  targetAmount: amountText.openapi({ example: "1200.00" }),
  targetDate: dateField,
  savedAmount: amountText.optional().openapi({ description: "Counts where no category holds it.", example: "100.00" }),
};
const createBody = z.strictObject(fields).openapi("CreateGoal");
const updateBody = z.strictObject(fields).partial().openapi("UpdateGoal");

function present(row: Goal): z.infer<typeof goal> {
  const say = (minor: number): string => formatAmount(minor, row.asset.scale);
  return {
    id: row.id,
    name: row.name,
    categoryId: row.categoryId,
    targetAmount: say(row.target),
    targetDate: row.targetDate,
    savedAmount: say(row.saved),
    remaining: say(row.remaining),
    suggested: say(row.suggested),
    monthsLeft: row.monthsLeft,
    asset: row.asset.code,
    createdAt: toTimestamp(row.createdAt),
  };
}

const listGoals = defineRoute(
  { operation: "listGoals", ...read },
  {
    ...tag,
    method: "get",
    path: "/goals",
    summary: "What you save for, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of them.", pageOf(goal).openapi("GoalPage")) },
  },
  async (c) => {
    const page = await service.listGoals(c.get("ctx"), toPageRequest(c.req.valid("query"), isGoal));
    return c.json(presentPage(page, present), 200);
  },
);

const createGoal = defineRoute(
  { operation: "createGoal", ...write },
  {
    ...tag,
    method: "post",
    path: "/goals",
    summary: "Save for something by a day",
    request: { body: jsonBody(createBody) },
    responses: { 201: jsonAnswer("The goal.", goal), 404: { description: "There is no such category." } },
  },
  async (c) => c.json(present(await service.createGoal(c.get("ctx"), c.req.valid("json"))), 201),
);

const updateGoal = defineRoute(
  { operation: "updateGoal", ...write },
  {
    ...tag,
    method: "patch",
    path: "/goals/{id}",
    summary: "Change a goal",
    request: { params, body: jsonBody(updateBody) },
    responses: { 200: jsonAnswer("The goal.", goal) },
  },
  async (c) =>
    c.json(present(await service.updateGoal(c.get("ctx"), c.req.valid("param").id, c.req.valid("json"))), 200),
);

const deleteGoal = defineRoute(
  { operation: "deleteGoal", ...write },
  {
    ...tag,
    method: "delete",
    path: "/goals/{id}",
    summary: "Remove a goal",
    request: { params },
    responses: { 204: { description: "It is gone. What was saved stays where it is." } },
  },
  async (c) => {
    await service.deleteGoal(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

const profile = z
  .object({
    asset: assetCode,
    country: z.string().nullable().openapi({ example: "IN" }),
    startedAt: timestamp.nullable().openapi({ description: "When the starter categories were put down." }),
    onboarding: z.record(z.string(), z.unknown()).openapi({ description: "As `GET /me/onboarding` tells it." }),
  })
  .openapi("BudgetProfile");

const profileBody = z
  .strictObject({
    asset: assetField,
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, "Two capital letters.")
      .nullable()
      .openapi({ example: "IN" }),
    starter: z.boolean().openapi({ description: "Put the country's starter categories down." }),
  })
  .partial()
  .openapi("PutBudgetProfile");

const presentProfile = (row: BudgetProfile): z.infer<typeof profile> => ({
  ...row,
  onboarding: { ...row.onboarding },
  startedAt: row.startedAt === null ? null : toTimestamp(row.startedAt),
});

const getBudgetProfile = defineRoute(
  { operation: "getBudgetProfile", ...read },
  {
    ...tag,
    method: "get",
    path: "/budget/profile",
    summary: "What your budget is counted in",
    responses: { 200: jsonAnswer("The profile.", profile) },
  },
  async (c) => c.json(presentProfile(await getProfile(c.get("ctx"))), 200),
);

const putBudgetProfile = defineRoute(
  { operation: "putBudgetProfile", ...write },
  {
    ...tag,
    method: "put",
    path: "/budget/profile",
    summary: "Set your budget up",
    description: "Currency and country come from your account until you say otherwise. What is left out stays.",
    request: { body: jsonBody(profileBody) },
    responses: {
      200: jsonAnswer("The profile.", profile),
      409: { description: "`budget_asset_in_use`: there are amounts in the present currency." },
    },
  },
  async (c) => c.json(presentProfile(await putProfile(c.get("ctx"), c.req.valid("json"))), 200),
);

export const goalRoutes = [listGoals, createGoal, updateGoal, deleteGoal, getBudgetProfile, putBudgetProfile] as const;
