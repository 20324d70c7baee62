import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Batch, Observation } from "#objects/metrics-hub";
import { addBatch, emptyTotals, MAX_SERIES } from "../../durable-objects/metrics-hub/machine.ts";

type Hub = ReturnType<typeof env.METRICS_HUB.getByName>;

const aHub = (): Hub => env.METRICS_HUB.getByName(`test-${crypto.randomUUID()}`);
const batch = (...observations: Observation[]): Batch => ({ id: crypto.randomUUID(), observations });
const cron = (name: string, sum: number): Observation => ({ series: "cronRuns", labels: [name, "ok"], sum });

async function sumOf(hub: Hub): Promise<number> {
  return (await hub.read()).reduce((all, { sum }) => all + sum, 0);
}

describe("a metrics hub", () => {
  it("adds up what many isolates have counted", async () => {
    const hub = aHub();
    await Promise.all(Array.from({ length: 50 }, async () => await hub.add(batch(cron("a", 2)))));
    expect(await hub.read()).toEqual([cron("a", 100)]);
  });

  it("counts a batch once, however often it comes", async () => {
    const hub = aHub();
    const one = batch(cron("a", 3));
    for (let times = 0; times < 5; times += 1) await hub.add(one);
    expect(await sumOf(hub)).toBe(3);
  });

  it("adds histograms bucket by bucket", async () => {
    const hub = aHub();
    const counts = [1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    const seen = { series: "queryDuration", labels: [], sum: 12, counts } as const;
    await hub.add(batch({ ...seen, labels: [], counts: [...counts] }));
    await hub.add(batch({ ...seen, labels: [], counts: [...counts] }));
    expect(await hub.read()).toEqual([{ ...seen, sum: 24, counts: counts.map((count) => count * 2) }]);
  });

  it("never tells a scraper of less than before, when it was evicted in between", async () => {
    const hub = aHub();
    await hub.add(batch(cron("a", 7)));
    expect(await sumOf(hub)).toBe(7);
    await evictDurableObject(hub);
    expect(await sumOf(hub)).toBe(7);
  });

  it("keeps what nobody has scraped when its alarm fires", async () => {
    const hub = aHub();
    await hub.add(batch(cron("a", 7)));
    const due = await runInDurableObject(hub, async (_, state) => await state.storage.getAlarm());
    // An idle object stays in memory for ten seconds.
    expect((due ?? Infinity) - Date.now()).toBeLessThan(10_000);
    expect(await runDurableObjectAlarm(hub)).toBe(true);
    await evictDurableObject(hub);
    expect(await sumOf(hub)).toBe(7);
  });

  it("refuses what is no batch, and passes over what does not have its series' shape", async () => {
    const hub = aHub();
    const wrong = { id: "x", observations: [{ series: "password", labels: [], sum: 1 }] } as unknown as Batch;
    expect(await hub.add(wrong)).toEqual({ ok: false });
    expect(await hub.add(batch({ series: "cronRuns", labels: ["too few"], sum: 1 }))).toEqual({ ok: true });
    expect(await hub.add(batch({ series: "queryDuration", labels: [], sum: 1, counts: [1] }))).toEqual({ ok: true });
    expect(await hub.read()).toEqual([]);
  });

  it("holds a bounded number of series and says what found no room", () => {
    const totals = emptyTotals();
    const observations = Array.from({ length: MAX_SERIES + 10 }, (_, at) => cron(`cron-${at}`, 1));
    addBatch(totals, batch(...observations));
    expect(totals.series.size).toBe(MAX_SERIES + 1);
    expect(totals.series.get("dropped")?.sum).toBe(10);
  });
});
