import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import { idParam, jsonAnswer, jsonBody, presentPage, toPageRequest } from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import * as schemas from "./schemas.ts";
import * as allocations from "./service.allocations.ts";
import * as budgets from "./service.budgets.ts";
import * as categories from "./service.categories.ts";

const tag = { tags: ["Budgets"] as [string] };
const read = { access: signedIn("budget:read"), limit: "read" } as const;
const write = { access: signedIn("budget:write"), limit: "write" } as const;
const categoryParams = z.object({ id: idParam("cat") });
const allocationParams = z.object({ id: idParam("alloc") });
const isCategory = (position: string): boolean => isId("cat", position);
const isAllocation = (position: string): boolean => isId("alloc", position);
const budgetAnswer = {
  200: jsonAnswer("The month.", schemas.budget),
  409: { description: "The amounts add up to more than can be counted." },
};

const listCategories = defineRoute(
  { operation: "listCategories", ...read },
  {
    ...tag,
    method: "get",
    path: "/categories",
    summary: "Your categories, newest first",
    request: { query: schemas.categoryQuery },
    responses: { 200: jsonAnswer("A page of them.", schemas.categoryPage) },
  },
  async (c) => {
    const { archived = null, ...query } = c.req.valid("query");
    const page = await categories.listCategories(c.get("ctx"), archived, toPageRequest(query, isCategory));
    return c.json(presentPage(page, schemas.presentCategory), 200);
  },
);

const createCategory = defineRoute(
  { operation: "createCategory", ...write },
  {
    ...tag,
    method: "post",
    path: "/categories",
    summary: "Add a category",
    request: { body: jsonBody(schemas.createCategory) },
    responses: {
      201: jsonAnswer("The category.", schemas.category),
      409: { description: "`category_exists`: one of this name is in use." },
    },
  },
  async (c) => c.json(schemas.presentCategory(await categories.createCategory(c.get("ctx"), c.req.valid("json"))), 201),
);

const updateCategory = defineRoute(
  { operation: "updateCategory", ...write },
  {
    ...tag,
    method: "patch",
    path: "/categories/{id}",
    summary: "Change or archive a category",
    request: { params: categoryParams, body: jsonBody(schemas.updateCategory) },
    responses: {
      200: jsonAnswer("The category.", schemas.category),
      409: { description: "`category_exists`: one of this name is in use." },
    },
  },
  async (c) => {
    const { id } = c.req.valid("param");
    return c.json(schemas.presentCategory(await categories.updateCategory(c.get("ctx"), id, c.req.valid("json"))), 200);
  },
);

const deleteCategory = defineRoute(
  { operation: "deleteCategory", ...write },
  {
    ...tag,
    method: "delete",
    path: "/categories/{id}",
    summary: "Remove a category",
    request: {
      params: categoryParams,
      query: z.strictObject({
        moveTo: schemas
          .idField("cat")
          .optional()
          .openapi({ description: "The category that takes over what stands in this one.", example: schemas.CATEGORY }),
      }),
    },
    responses: {
      204: { description: "It is gone." },
      409: { description: "`category_in_use`: archive it, or say with `moveTo` where its rows go." },
    },
  },
  async (c) => {
    const { moveTo = null } = c.req.valid("query");
    await categories.deleteCategory(
      c.get("ctx"),
      c.req.valid("param").id,
      moveTo as Parameters<typeof categories.deleteCategory>[2],
    );
    return c.body(null, 204);
  },
);

const listAllocations = defineRoute(
  { operation: "listAllocations", ...read },
  {
    ...tag,
    method: "get",
    path: "/allocations",
    summary: "What you have given to categories, newest first",
    request: { query: schemas.allocationQuery },
    responses: { 200: jsonAnswer("A page of one month's, or of all.", schemas.allocationPage) },
  },
  async (c) => {
    const { month = null, ...query } = c.req.valid("query");
    const page = await allocations.listAllocations(c.get("ctx"), month, toPageRequest(query, isAllocation));
    return c.json(presentPage(page, schemas.presentAllocation), 200);
  },
);

const createAllocation = defineRoute(
  { operation: "createAllocation", ...write },
  {
    ...tag,
    method: "post",
    path: "/allocations",
    summary: "Give money to a category for a month",
    request: { body: jsonBody(schemas.createAllocation) },
    responses: {
      201: jsonAnswer("The allocation.", schemas.allocation),
      404: { description: "There is no such category." },
      409: { description: "`allocation_exists`: the category has one in this month." },
    },
  },
  async (c) =>
    c.json(schemas.presentAllocation(await allocations.createAllocation(c.get("ctx"), c.req.valid("json"))), 201),
);

const putAllocations = defineRoute(
  { operation: "putAllocations", ...write },
  {
    ...tag,
    method: "put",
    path: "/allocations",
    summary: "Give money to several categories at once",
    description: "All or none. Categories that are not named keep what they have.",
    request: { body: jsonBody(schemas.putAllocations) },
    responses: {
      200: jsonAnswer("All allocations of the month.", schemas.allocationPage),
      404: { description: "One of the categories is not there." },
    },
  },
  async (c) => {
    const rows = await allocations.putAllocations(c.get("ctx"), c.req.valid("json"));
    return c.json({ data: rows.map(schemas.presentAllocation), nextCursor: null }, 200);
  },
);

const updateAllocation = defineRoute(
  { operation: "updateAllocation", ...write },
  {
    ...tag,
    method: "patch",
    path: "/allocations/{id}",
    summary: "Change an allocation",
    request: { params: allocationParams, body: jsonBody(schemas.updateAllocation) },
    responses: { 200: jsonAnswer("The allocation.", schemas.allocation) },
  },
  async (c) => {
    const { amount } = c.req.valid("json");
    const row = await allocations.updateAllocation(c.get("ctx"), c.req.valid("param").id, amount);
    return c.json(schemas.presentAllocation(row), 200);
  },
);

const deleteAllocation = defineRoute(
  { operation: "deleteAllocation", ...write },
  {
    ...tag,
    method: "delete",
    path: "/allocations/{id}",
    summary: "Take an allocation back",
    request: { params: allocationParams },
    responses: { 204: { description: "It is gone." } },
  },
  async (c) => {
    await allocations.deleteAllocation(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

const getBudget = defineRoute(
  { operation: "getBudget", ...read },
  {
    ...tag,
    method: "get",
    path: "/budgets/{month}",
    summary: "A month of your budget",
    description:
      "What is left in a category rolls over. Overspending reduces what is to be budgeted next month, or is carried over in its category.",
    request: { params: schemas.monthParams },
    responses: budgetAnswer,
  },
  async (c) => c.json(schemas.presentBudget(await budgets.getBudget(c.get("ctx"), c.req.valid("param").month)), 200),
);

const updateBudget = defineRoute(
  { operation: "updateBudget", ...write },
  {
    ...tag,
    method: "put",
    path: "/budgets/{month}",
    summary: "Note, declared income and hold of a month",
    request: { params: schemas.monthParams, body: jsonBody(schemas.updateBudget) },
    responses: budgetAnswer,
  },
  async (c) => {
    const { month } = c.req.valid("param");
    return c.json(schemas.presentBudget(await budgets.updateBudget(c.get("ctx"), month, c.req.valid("json"))), 200);
  },
);

const copyBudget = defineRoute(
  { operation: "copyBudget", ...write },
  {
    ...tag,
    method: "post",
    path: "/budgets/{month}/copy-from",
    summary: "Give what another month gave",
    request: { params: schemas.monthParams, body: jsonBody(schemas.copyBudget) },
    responses: budgetAnswer,
  },
  async (c) => {
    const input = { from: c.req.valid("json").month, to: c.req.valid("param").month };
    const month = await budgets.copyBudget(c.get("ctx"), input);
    return c.json(schemas.presentBudget(await budgets.getBudget(c.get("ctx"), month)), 200);
  },
);

const moveMoney = defineRoute(
  { operation: "moveMoney", ...write },
  {
    ...tag,
    method: "post",
    path: "/budgets/{month}/move",
    summary: "Move money between categories",
    request: { params: schemas.monthParams, body: jsonBody(schemas.moveMoney) },
    responses: { ...budgetAnswer, 404: { description: "There is no such category." } },
  },
  async (c) => {
    const input = { month: c.req.valid("param").month, ...c.req.valid("json") };
    const month = await budgets.moveMoney(c.get("ctx"), input);
    return c.json(schemas.presentBudget(await budgets.getBudget(c.get("ctx"), month)), 200);
  },
);

const setCarry = defineRoute(
  { operation: "setCarryOverspending", ...write },
  {
    ...tag,
    method: "put",
    path: "/budgets/{month}/categories/{id}",
    summary: "Carry a category's overspending over, or not",
    description: "Holds from this month on. Of an income category it holds its income for the next month.",
    request: { params: schemas.monthParams.extend({ id: idParam("cat") }), body: jsonBody(schemas.setCarry) },
    responses: budgetAnswer,
  },
  async (c) => {
    const { month, id } = c.req.valid("param");
    const input = { month, categoryId: id, ...c.req.valid("json") };
    return c.json(schemas.presentBudget(await budgets.setCarry(c.get("ctx"), input)), 200);
  },
);

export const budgetRoutes = [
  listCategories,
  createCategory,
  updateCategory,
  deleteCategory,
  listAllocations,
  createAllocation,
  putAllocations,
  updateAllocation,
  deleteAllocation,
  getBudget,
  updateBudget,
  copyBudget,
  moveMoney,
  setCarry,
] as const;
