import { describe, expect, it } from "vitest";
import { enforceRetention } from "../../src/modules/retention/service.ts";
import { SCHEDULE } from "../../src/modules/retention/schedule.ts";
import { DAY, toDate } from "../../src/kernel/time.ts";
import { makeId } from "../../src/kernel/ids.ts";
import { freshId } from "../support/actors.ts";
import { testApp } from "../support/app.ts";
import { count, inJob, rows } from "../support/platform.ts";

const app = testApp();
const scheduled = SCHEDULE.flatMap(({ tables }) => tables);

describe("the retention schedule", () => {
  it("has every table of the real schema once, and no other", async () => {
    const found = await rows<{ name: string }>(
      `select name from sqlite_schema where type = 'table' and name not glob 'sqlite*' and name not glob '_cf*'
       and name not glob 'd1_*' order by name`,
    );
    expect(scheduled.toSorted()).toEqual(found.map(({ name }) => name));
  });

  it("names jobs that run", () => {
    const names = new Set(app.composition.crons.map(({ name }) => name));
    expect(SCHEDULE.flatMap(({ by }) => by ?? []).filter((name) => !names.has(name))).toEqual([]);
  });

  it("says of every table how long and why", () => {
    expect(SCHEDULE.filter(({ kept, why }) => kept === "" || why === "")).toEqual([]);
  });
});

describe("the job that enforces it", () => {
  const now = Date.now();
  const uses = (userId: string, day: string) =>
    rows("insert into analytics_activity (day, user_id, feature, calls) values (?, ?, 'Support', 1)", day, userId);

  it("takes away what has served its time, and nothing else", async () => {
    const userId = freshId("user");
    await uses(userId, toDate(now - 401 * DAY));
    await uses(userId, toDate(now - 399 * DAY));
    const run = (days: number) => makeId("run", now - days * DAY, crypto.getRandomValues(new Uint8Array(10)));
    const [old, young] = [run(401), run(399)];
    for (const id of [old, young])
      await rows(
        `insert into scanner_matches (run_id, symbol, user_id, scan_id, state, as_of) values (?, 'ACME', ?, 'scan_x', 'entered', 1)`,
        id,
        userId,
      );
    for (const period of ["2020-01", "2020-01-05", toDate(now).slice(0, 7), toDate(now - 60 * DAY)])
      await rows(
        "insert into assistant_meters (scope, period, used_tokens, reserved_tokens, used_micros, reserved_micros) values (?, ?, 1, 0, 0, 0)",
        userId,
        period,
      );
    await inJob(app, {}, enforceRetention);
    expect(await rows("select day from analytics_activity where user_id = ?", userId)).toEqual([
      { day: toDate(now - 399 * DAY) },
    ]);
    expect(await rows("select run_id as id from scanner_matches where user_id = ?", userId)).toEqual([{ id: young }]);
    expect(await count("assistant_meters", "scope = ?", userId)).toBe(2);
  });

  it("goes on past the first portion of a table", async () => {
    const userId = freshId("user");
    const features = JSON.stringify(Array.from({ length: 4_500 }, (_, index) => `feature ${index}`));
    await rows(
      "insert into analytics_activity (day, user_id, feature, calls) select '2019-01-01', ?1, value, 1 from json_each(?2)",
      userId,
      features,
    );
    await inJob(app, {}, enforceRetention);
    expect(await count("analytics_activity", "user_id = ?", userId)).toBe(0);
  });

  it("runs again without harm, and lets open work stand", async () => {
    const id = freshId("delivery");
    await rows(
      `insert into webhooks_deliveries (id, endpoint_id, user_id, type, body, dedupe_key, state, tries, attempts, next_attempt_at, created_at)
       values (?, 'x', 'user_x', 'scan.matched', '{}', ?, 'pending', 0, 0, 1, 0)`,
      id,
      id,
    );
    await inJob(app, {}, enforceRetention);
    await inJob(app, {}, enforceRetention);
    expect(await count("webhooks_deliveries", "id = ?", id)).toBe(1);
  });
});
