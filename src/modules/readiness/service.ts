import { commit } from "#platform/commit";
import type { Ctx } from "#platform/ctx";
import type { ReadinessItem } from "#platform/module";
import { alertOperators } from "#modules/messaging";
import { READINESS_GROUPS } from "#platform/module";
import { configurationItems } from "./items.configuration.ts";
import { mailItems } from "./items.mail.ts";
import { operationsItems } from "./items.operations.ts";
import * as repository from "./repository.ts";

/** The launch checklist that checks itself: what every module that is switched on says of itself, in groups. */
export async function listReadiness(ctx: Ctx): Promise<ReadinessItem[]> {
  const own = [
    { name: "configuration", ask: async () => await Promise.resolve(configurationItems(ctx)) },
    { name: "operations", ask: async () => await operationsItems(ctx) },
    { name: "mail", ask: async () => await mailItems(ctx) },
  ];
  const theirs = ctx.composition.modules.flatMap(({ name, readiness }) =>
    readiness ? [{ name, ask: async () => await readiness(ctx) }] : [],
  );
  const found = await Promise.all([...own, ...theirs].map(async (source) => await answerOf(ctx, source)));
  const items = found.flat();
  return READINESS_GROUPS.flatMap((group) => items.filter((item) => item.group === group));
}

interface SourceOfItems {
  readonly name: string;
  readonly ask: () => Promise<readonly ReadinessItem[]>;
}

/** What cannot be looked at is not ready. */
async function answerOf(ctx: Ctx, { name, ask }: SourceOfItems): Promise<readonly ReadinessItem[]> {
  try {
    return await ask();
  } catch (error) {
    ctx.log.error("A part of readiness cannot be looked at.", { module: name, error });
    return [
      {
        id: `${name}.unanswered`,
        group: "operations",
        title: `${name} says whether it is ready`,
        status: "fail",
        evidence: "It could not be looked at.",
        fix: "The log says why.",
      },
    ];
  }
}

const RANK = { pass: 0, warn: 1, fail: 2 } as const;
const SHOWN = 20;

/** The daily look. Operators hear of what has become worse, once; what became good again is in the log. */
export async function watchReadiness(ctx: Ctx): Promise<void> {
  const items = await listReadiness(ctx);
  const before = new Map((await repository.listStates(ctx)).map(({ id, status }) => [id, status]));
  const worse: ReadinessItem[] = [];
  for (const item of items) {
    const was = before.get(item.id) ?? "pass";
    const said = { module: "readiness", code: item.id, from: was, to: item.status };
    if (RANK[item.status] > RANK[was]) worse.push(item);
    if (RANK[item.status] > RANK[was] && item.status === "fail") ctx.log.error("Not ready any more.", said);
    else if (was !== item.status) ctx.log.info("Readiness has changed.", said);
  }
  const told = worse.length === 0 ? { statements: [], events: [] } : await alert(ctx, worse);
  await commit(ctx, [...repository.putStates(ctx, items), ...told.statements], { events: told.events });
}

async function alert(ctx: Ctx, worse: readonly ReadinessItem[]): ReturnType<typeof alertOperators> {
  return await alertOperators(ctx, {
    subject: `${worse.length} points of the launch list have become worse`,
    text: "npm run readiness, or the page below, says what was seen and what puts it right.",
    facts: worse.slice(0, SHOWN).map(({ id, status }) => ({ label: id, value: status })),
    path: "/admin/readiness",
    dedupeKey: `readiness:${ctx.now()}`,
  });
}
