import { describe, expect, it } from "vitest";
import { BEST, NEWEST } from "../../../src/modules/p2p/repository.listings.ts";
import { testApp } from "../../support/app.ts";
import { testCtx } from "../../support/ctx.ts";

const ctx = testCtx(testApp());

async function planOf(query: string, ...params: readonly (string | number | null)[]): Promise<string[]> {
  const { results } = await ctx.db.sql(`explain query plan ${query}`, ...params).all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}

describe("the search of ads", () => {
  it("walks the index of its market in order, and sorts nothing", async () => {
    const plan = await planOf(BEST, "sell", "USDT", "INR", "upi", "fixed", 26, 100, "user_x", -1, 0, "");
    expect(plan[0]).toContain(
      "USING COVERING INDEX p2p_listings_best (side=? AND asset=? AND fiat=? AND method=? AND price_type=? AND (rank,standing,ad_id)>(?,?,?))",
    );
    expect(plan.join(" ")).not.toMatch(/SCAN|TEMP B-TREE/);
  });

  it("walks the newest in order where it is no whole market", async () => {
    const plan = await planOf(NEWEST, null, "USDT", null, "", null, 26, null, "user_x", "ad_~");
    expect(plan[0]).toContain("USING COVERING INDEX p2p_listings_newest (method=? AND ad_id<?)");
    expect(plan.join(" ")).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});
