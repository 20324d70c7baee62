import type { Id } from "#kernel/ids";
import type { Page, PageRequest } from "#kernel/page";
import { toPage } from "#kernel/page";
import { commit } from "#platform/commit";
import { randomToken } from "#platform/crypto";
import type { Ctx } from "#platform/ctx";
import { actingAccount } from "#platform/http/access";
import { http } from "#platform/http/problems";
import type { ImageWidth } from "#platform/images";
import { deleteWithSizes, findResized } from "#platform/images";
import { inspectUpload } from "#platform/uploads";
import { signedInUser } from "./actor.ts";
import { problems } from "./errors.ts";
import { publishContact } from "./notices.ts";
import type { SecurityEvent } from "./repository.events.ts";
import * as events from "./repository.events.ts";
import type { ProfileData } from "./repository.profiles.ts";
import * as profiles from "./repository.profiles.ts";
import type { UserRow } from "./repository.users.ts";
import { findUser, updateUser as update } from "./repository.users.ts";
import { forgetSessions } from "./session-memory.ts";

/** The caller's own account. */
export async function getUser(ctx: Ctx): Promise<UserRow> {
  const user = await findUser(ctx, actingAccount(ctx).userId);
  if (!user) throw problems.userNotFound();
  return user;
}

export type UpdateUser = Partial<Pick<UserRow, "name" | "locale" | "timeZone" | "country" | "displayCurrency">>;

export async function updateUser(ctx: Ctx, changes: UpdateUser): Promise<UserRow> {
  const user = await getUser(ctx);
  const changed = { ...user, ...changes, updatedAt: ctx.now() };
  await commit(ctx, [update(ctx, user.id, changes), publishContact(ctx, changed)], {
    audit: { action: "user.updated", target: user.id, after: { fields: Object.keys(changes) } },
  });
  forgetSessions(ctx, user.id);
  return changed;
}

export const DEFAULT_PREFERENCES = {
  theme: "system",
  density: "comfortable",
  weekStartsOn: "monday",
  numberFormat: "locale",
  startPage: "overview",
  reduceMotion: false,
  usageAnalytics: true,
} as const;

export async function getPreferences(ctx: Ctx): Promise<ProfileData> {
  const kept = await profiles.findProfile(ctx, actingAccount(ctx).userId, "preferences");
  return { ...DEFAULT_PREFERENCES, ...kept?.data };
}

export async function updatePreferences(ctx: Ctx, data: ProfileData): Promise<ProfileData> {
  const put = profiles.putProfile(ctx, actingAccount(ctx).userId, { topic: "preferences", data, merge: true });
  await commit(ctx, [put]);
  return await getPreferences(ctx);
}

export const NO_ONBOARDING = {
  monthlyIncome: null,
  goals: [],
  riskTolerance: null,
  householdSize: null,
  experience: null,
};

export async function getOnboarding(ctx: Ctx): Promise<{ data: ProfileData; completedAt: number | null }> {
  const kept = await profiles.findProfile(ctx, actingAccount(ctx).userId, "onboarding");
  return { data: { ...NO_ONBOARDING, ...kept?.data }, completedAt: kept?.updatedAt ?? null };
}

/** What somebody has said of themselves, as far as it helps whoever advises them. */
export interface Introduction {
  readonly locale: string;
  readonly timeZone: string;
  readonly country: string | null;
  readonly displayCurrency: string;
  readonly onboarding: ProfileData;
}

export async function introduce(ctx: Ctx, userId: Id<"user">): Promise<Introduction | null> {
  const [user, kept] = await Promise.all([findUser(ctx, userId), profiles.findProfile(ctx, userId, "onboarding")]);
  if (!user) return null;
  const { locale, timeZone, country, displayCurrency } = user;
  return { locale, timeZone, country, displayCurrency, onboarding: { ...NO_ONBOARDING, ...kept?.data } };
}

export async function putOnboarding(
  ctx: Ctx,
  data: ProfileData,
): Promise<{ data: ProfileData; completedAt: number | null }> {
  const put = profiles.putProfile(ctx, actingAccount(ctx).userId, { topic: "onboarding", data, merge: false });
  await commit(ctx, [put]);
  return await getOnboarding(ctx);
}

export async function listSecurityEvents(ctx: Ctx, page: PageRequest): Promise<Page<SecurityEvent>> {
  const rows = await events.listSecurityEvents(ctx, signedInUser(ctx).userId, page);
  return toPage(rows, page, (event) => event.id);
}

/** Keeps a picture that is one by its own bytes. The one before it goes once the new one stands. */
export async function putAvatar(ctx: Ctx, bytes: Uint8Array): Promise<UserRow> {
  const upload = inspectUpload(bytes, ["image/png", "image/jpeg", "image/webp"]);
  if (!upload.ok) throw http.unsupportedMediaType({ detail: "Send a PNG, JPEG or WebP picture of a usual size." });
  const user = await getUser(ctx);
  const avatarKey = `avatars/${user.id}/${randomToken(12)}`;
  await ctx.env.FILES.put(avatarKey, bytes, { httpMetadata: { contentType: upload.type } });
  await commit(ctx, [update(ctx, user.id, { avatarKey })], { audit: { action: "avatar.updated", target: user.id } });
  if (user.avatarKey !== null) ctx.defer(deleteWithSizes(ctx, [user.avatarKey]));
  return { ...user, avatarKey };
}

/** The caller's picture, in the size that is asked for where it can be had; null where there is none. */
export async function getAvatar(ctx: Ctx, width?: ImageWidth): Promise<R2ObjectBody | null> {
  const { avatarKey } = await getUser(ctx);
  if (avatarKey === null) return null;
  const resized = width === undefined ? null : await findResized(ctx, avatarKey, width);
  return await ctx.env.FILES.get(resized?.key ?? avatarKey);
}
