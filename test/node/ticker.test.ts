import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { everyMinute } from "../../scripts/ticker.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-20T12:00:42.500Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the ticker", () => {
  it("fires at the start of each minute until it is silenced", async () => {
    const times: string[] = [];
    const silence = everyMinute(async (time) => void times.push(time.toISOString()));
    await vi.advanceTimersByTimeAsync(17_499);
    expect(times).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_001);
    expect(times).toEqual(["2026-11-20T12:01:00.000Z", "2026-11-20T12:02:00.000Z"]);
    silence();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(times.length).toBe(2);
  });

  it("goes on after a tick that failed", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const tick = vi.fn<(time: Date) => Promise<void>>().mockRejectedValueOnce(new Error("no")).mockResolvedValue();
    const silence = everyMinute(tick);
    await vi.advanceTimersByTimeAsync(120_000);
    silence();
    expect([tick.mock.calls.length, log.mock.calls.length]).toEqual([2, 1]);
  });
});
