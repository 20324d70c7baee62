import { z } from "@hono/zod-openapi";
import { given } from "#kernel/given";
import { isId } from "#kernel/ids";
import { toTimestamp } from "#kernel/time";
import type { Ctx } from "#platform/ctx";
import { actingAccount } from "#platform/http/access";
import { readBytes } from "#platform/http/body";
import { jsonAnswer, jsonBody, pageQuery, presentPage, toPageRequest } from "#platform/http/fields";
import { http } from "#platform/http/problems";
import { widthFor } from "#platform/images";
import { defineRoute, signedIn } from "#platform/http/route";
import type { UserRow } from "./repository.users.ts";
import * as shared from "./schemas.ts";
import * as schemas from "./schemas.profile.ts";
import * as service from "./service.profile.ts";

const read = { access: signedIn("account:read"), limit: "read" } as const;
const write = { access: signedIn("account:write"), limit: "write" } as const;
const tag = { tags: ["Profile"] as [string] };
const userAnswer = { 200: jsonAnswer("Your account.", shared.user) };
const isEvent = (position: string): boolean => isId("evt", position);
const AVATAR_LIMIT_BYTES = 2 * 1024 * 1024;
const picture = { schema: z.string().openapi({ format: "binary" }) };
const avatarQuery = z.strictObject({
  width: z.coerce.number().int().min(1).max(10_000).optional().openapi({ description: "In pixels.", example: 128 }),
});
const pictures = { "image/png": picture, "image/jpeg": picture, "image/webp": picture };

async function present(ctx: Ctx, user: UserRow): Promise<z.infer<typeof shared.user>> {
  return shared.presentUser(user, await ctx.composition.userFields(ctx, user.id));
}

const getUser = defineRoute(
  { operation: "getUser", ...read },
  { ...tag, method: "get", path: "/me", summary: "Your account", responses: userAnswer },
  async (c) => {
    const ctx = c.get("ctx");
    const { userId } = actingAccount(ctx);
    const [user, fields] = await Promise.all([service.getUser(ctx), ctx.composition.userFields(ctx, userId)]);
    return c.json(shared.presentUser(user, fields), 200);
  },
);

const updateUser = defineRoute(
  { operation: "updateUser", ...write },
  {
    ...tag,
    method: "patch",
    path: "/me",
    summary: "Change your profile",
    request: { body: jsonBody(schemas.updateUser) },
    responses: userAnswer,
  },
  async (c) => {
    const changes = given(c.req.valid("json"));
    return c.json(await present(c.get("ctx"), await service.updateUser(c.get("ctx"), changes)), 200);
  },
);

const getPreferences = defineRoute(
  { operation: "getPreferences", ...read },
  {
    ...tag,
    method: "get",
    path: "/me/preferences",
    summary: "How the product looks for you",
    responses: { 200: jsonAnswer("Your preferences.", schemas.preferences) },
  },
  async (c) => c.json(schemas.preferences.parse(await service.getPreferences(c.get("ctx"))), 200),
);

const updatePreferences = defineRoute(
  { operation: "updatePreferences", ...write },
  {
    ...tag,
    method: "patch",
    path: "/me/preferences",
    summary: "Change how the product looks for you",
    request: { body: jsonBody(schemas.updatePreferences) },
    responses: { 200: jsonAnswer("Your preferences.", schemas.preferences) },
  },
  async (c) =>
    c.json(schemas.preferences.parse(await service.updatePreferences(c.get("ctx"), c.req.valid("json"))), 200),
);

type Kept = Awaited<ReturnType<typeof service.getOnboarding>>;

function presentOnboarding({ data, completedAt }: Kept): z.infer<typeof schemas.onboarding> {
  return schemas.onboarding.parse({ ...data, completedAt: completedAt === null ? null : toTimestamp(completedAt) });
}

const getOnboarding = defineRoute(
  { operation: "getOnboarding", ...read },
  {
    ...tag,
    method: "get",
    path: "/me/onboarding",
    summary: "What you have told us of your plans",
    responses: { 200: jsonAnswer("Your answers.", schemas.onboarding) },
  },
  async (c) => c.json(presentOnboarding(await service.getOnboarding(c.get("ctx"))), 200),
);

const putOnboarding = defineRoute(
  { operation: "putOnboarding", ...write },
  {
    ...tag,
    method: "put",
    path: "/me/onboarding",
    summary: "Tell us of your plans",
    request: { body: jsonBody(schemas.putOnboarding) },
    responses: { 200: jsonAnswer("Your answers.", schemas.onboarding) },
  },
  async (c) => c.json(presentOnboarding(await service.putOnboarding(c.get("ctx"), c.req.valid("json"))), 200),
);

const putAvatar = defineRoute(
  { operation: "putAvatar", ...write },
  {
    ...tag,
    method: "put",
    path: "/me/avatar",
    summary: "Set your picture",
    description: "PNG, JPEG or WebP up to 2 MiB; what counts is what the bytes are.",
    request: { body: { required: true, content: pictures } },
    responses: userAnswer,
  },
  async (c) => {
    const bytes = await readBytes(c.req.raw, AVATAR_LIMIT_BYTES);
    return c.json(await present(c.get("ctx"), await service.putAvatar(c.get("ctx"), bytes)), 200);
  },
);

const getAvatar = defineRoute(
  { operation: "getAvatar", ...read },
  {
    ...tag,
    method: "get",
    path: "/me/avatar",
    summary: "Your picture",
    description: "With `width` as a WebP about so wide, where this installation resizes pictures.",
    request: { query: avatarQuery },
    responses: {
      200: { description: "The picture.", content: pictures },
      404: { description: "There is none." },
    },
  },
  async (c) => {
    const { width } = c.req.valid("query");
    const file = await service.getAvatar(c.get("ctx"), width === undefined ? undefined : widthFor(width));
    if (!file) throw http.notFound({ detail: "There is no picture." });
    return c.body(file.body, 200, { "Content-Type": file.httpMetadata?.contentType ?? "application/octet-stream" });
  },
);

const listSecurityEvents = defineRoute(
  { operation: "listSecurityEvents", access: signedIn(null), limit: "read" },
  {
    ...tag,
    method: "get",
    path: "/me/security-events",
    summary: "What has happened to your account, newest first",
    request: { query: z.strictObject(pageQuery) },
    responses: { 200: jsonAnswer("A page of events.", schemas.securityEventPage) },
  },
  async (c) => {
    const page = await service.listSecurityEvents(c.get("ctx"), toPageRequest(c.req.valid("query"), isEvent));
    return c.json(presentPage(page, schemas.presentSecurityEvent), 200);
  },
);

export const profileRoutes = [
  getUser,
  updateUser,
  getPreferences,
  updatePreferences,
  getOnboarding,
  putOnboarding,
  putAvatar,
  getAvatar,
  listSecurityEvents,
] as const;
