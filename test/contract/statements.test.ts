import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { testApp } from "../support/app.ts";
import { inJob } from "../support/platform.ts";
import { callOf, exampleOf, lineOf, sampled } from "./call.ts";

/**
 * Writes down what a release asks of the database: the statements behind every route, job and clock. The next
 * release's migrations are held against them (test/node/rollout.test.ts), because both run side by side for a while.
 */

const app = testApp();
const asked = new Set<string>();

/** Backups read whatever tables there are, so what they ask of one schema says nothing of another. */
const isBackup = (name: string): boolean => /^(backups\.|.*(Backup|Restore))/.test(name);

const READS_ANY_TABLE =
  /\bbackups_changes\b|\bd1_migrations\b|^select t\."|^select count\(\*\) as n from "\w+"$|^select "[^()]*" from "\w+" (where [^a]*? )?order by "\w+"(, "\w+")* limit \?\d*$/;

type Prepare = (sql: string) => D1PreparedStatement;

function listen(): void {
  for (const start of ["first-primary", "first-unconstrained"] as const) {
    const prototype = Object.getPrototypeOf(env.DB.withSession(start)) as { prepare: Prepare };
    const prepare = prototype.prepare;
    prototype.prepare = function (this: unknown, sql) {
      asked.add(sql.replaceAll(/\s+/g, " ").trim());
      return prepare.call(this, sql);
    };
  }
}

describe.runIf(inject("recording"))("a release", () => {
  beforeAll(listen);

  it("asks of the database what is written down", { timeout: 600_000 }, async () => {
    for (const { name, route } of sampled(app.routes)) {
      if (isBackup(name)) continue;
      const example = await exampleOf(app, route);
      await app.call(lineOf(route, example), callOf(route, example));
    }
    await app.call("POST /dev/jobs/drain");
    for (const cron of app.composition.crons)
      if (!isBackup(cron.name)) await inJob(app, {}, async (ctx) => await cron.run(ctx, Date.now())).catch(() => null);
    const statements = [...asked]
      .filter((sql) => /^(select|insert|update|delete|with)\b/i.test(sql) && !READS_ANY_TABLE.test(sql))
      .toSorted();
    expect(statements.length).toBeGreaterThan(500);
    const newest = inject("migrations").at(-1)?.name ?? "";
    await expect(`-- ${newest}\n${statements.join("\n")}\n`).toMatchFileSnapshot("../fixtures/release.sql");
  });
});
