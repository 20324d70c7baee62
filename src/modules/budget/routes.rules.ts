import { z } from "@hono/zod-openapi";
import { isId } from "#kernel/ids";
import {
  idParam,
  jsonAnswer,
  jsonBody,
  pageOf,
  pageQuery,
  presentPage,
  textField,
  toPageRequest,
} from "#platform/http/fields";
import { defineRoute, signedIn } from "#platform/http/route";
import { MATCHES } from "./rules.payees.ts";
import { CATEGORY, idField } from "./schemas.ts";
import * as service from "./service.rules.ts";

const tag = { tags: ["Transactions"] as [string] };
const write = { access: signedIn("budget:write"), limit: "write" } as const;

const rule = z
  .object({
    id: z.string().openapi({ example: "rule_01k0gq2v9eft6tmd4y6n3k9b2x" }),
    match: z.enum(MATCHES),
    payee: z.string().openapi({ example: "Supermarket" }),
    categoryId: z.string().openapi({ example: CATEGORY }),
    position: z.int(),
  })
  .openapi("PayeeRule");

const createBody = z
  .strictObject({
    match: z.enum(MATCHES).optional(),
    payee: textField(200).openapi({ description: "Case and doubled blanks do not matter.", example: "Supermarket" }),
    categoryId: idField("cat"),
    position: z.int().min(0).max(10_000).optional().openapi({ description: "Lower ones decide first.", example: 0 }),
  })
  .openapi("CreatePayeeRule");

const updateBody = createBody.partial().openapi("UpdatePayeeRule");

const present = ({ id, match, payee, categoryId, position }: z.infer<typeof rule>): z.infer<typeof rule> => ({
  id,
  match,
  payee,
  categoryId,
  position,
});

const listRules = defineRoute(
  { operation: "listRules", access: signedIn("budget:read"), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/rules",
    summary: "Which payee goes to which category, in the order in which they decide",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of rules.", pageOf(rule).openapi("PayeeRulePage")) },
  },
  async (c) => {
    const page = await service.listRules(
      c.get("ctx"),
      toPageRequest(c.req.valid("query"), (position) => isId("rule", position)),
    );
    return c.json(presentPage(page, present), 200);
  },
);

const createRule = defineRoute(
  { operation: "createRule", ...write },
  {
    ...tag,
    method: "post",
    path: "/rules",
    summary: "Sort a payee into a category from now on",
    description: "Imports follow the rules; `POST /rules/apply` sorts what is there already.",
    request: { body: jsonBody(createBody) },
    responses: { 201: jsonAnswer("The rule.", rule), 404: { description: "There is no such category." } },
  },
  async (c) => c.json(present(await service.createRule(c.get("ctx"), c.req.valid("json"))), 201),
);

const updateRule = defineRoute(
  { operation: "updateRule", ...write },
  {
    ...tag,
    method: "patch",
    path: "/rules/{id}",
    summary: "Change a rule",
    description: "What it sorted stays; `POST /rules/apply` sorts anew.",
    request: { params: z.object({ id: idParam("rule") }), body: jsonBody(updateBody) },
    responses: { 200: jsonAnswer("The rule.", rule) },
  },
  async (c) => {
    const { id } = c.req.valid("param");
    return c.json(present(await service.updateRule(c.get("ctx"), id, c.req.valid("json"))), 200);
  },
);

const deleteRule = defineRoute(
  { operation: "deleteRule", ...write },
  {
    ...tag,
    method: "delete",
    path: "/rules/{id}",
    summary: "Remove a rule",
    request: { params: z.object({ id: idParam("rule") }) },
    responses: { 204: { description: "It is gone. What it sorted stays." } },
  },
  async (c) => {
    await service.deleteRule(c.get("ctx"), c.req.valid("param").id);
    return c.body(null, 204);
  },
);

const applied = z
  .object({
    matched: z.int().openapi({ description: "How many transactions get another category." }),
    changes: z
      .array(
        z.object({
          transactionId: z.string(),
          date: z.string(),
          payee: z.string(),
          from: z.string().nullable(),
          to: z.string(),
          ruleId: z.string(),
        }),
      )
      .openapi({ description: "The first hundred of them." }),
  })
  .openapi("AppliedRules");

const applyRules = defineRoute(
  { operation: "applyRules", ...write },
  {
    ...tag,
    method: "post",
    path: "/rules/apply",
    summary: "Sort transactions by your rules",
    description: "With `dryRun` it only shows what they would do.",
    request: {
      body: jsonBody(
        z
          .strictObject({
            dryRun: z.boolean().optional(),
            overwrite: z.boolean().optional().openapi({ description: "Also what has a category already." }),
          })
          .openapi("ApplyRules"),
      ),
    },
    responses: { 200: jsonAnswer("What was or would be done.", applied) },
  },
  async (c) => {
    const { dryRun = false, overwrite = false } = c.req.valid("json");
    const { matched, changes } = await service.applyRules(c.get("ctx"), { dryRun, overwrite });
    const shown = changes.map(({ id, date, payee, categoryId, to, ruleId }) => ({
      transactionId: id,
      date,
      payee,
      from: categoryId,
      to,
      ruleId,
    }));
    return c.json({ matched, changes: shown }, 200);
  },
);

export const ruleRoutes = [listRules, createRule, updateRule, deleteRule, applyRules] as const;
