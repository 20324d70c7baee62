import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import * as ledger from "#modules/ledger";
import { DAY } from "#kernel/time";
import { archiveNextMonth } from "../../src/modules/ledger/service.archives.ts";
import { sealDays } from "../../src/modules/ledger/service.digests.ts";
import { clock, ctx, freshLedger, someBooks, tamper } from "../support/ledger-own.ts";
import { run } from "../support/ledger.ts";

beforeEach(freshLedger);

describe("the daily seal", () => {
  async function sealedBooks(): Promise<void> {
    await someBooks();
    clock.now += DAY;
    await someBooks();
    clock.now += DAY;
    expect(await sealDays(ctx, 4)).toBe(3);
  }

  it("covers every transfer of the days that are over, and none of today", async () => {
    expect(await sealDays(ctx)).toBe(0);
    await sealedBooks();
    expect(await sealDays(ctx)).toBe(0);
    expect(await ledger.verifyDigests(ctx)).toEqual({ ok: true, checked: 3, firstFlaw: null });
    await someBooks();
    expect(await sealDays(ctx)).toBe(0);
  });

  it.each<[string, readonly string[], string, object]>([
    [
      "edited",
      ["ledger_transfers_same"],
      "update ledger_transfers set amount = 9 where seq = 3",
      { seq: 3, reason: "transfer_changed" },
    ],
    [
      "moved to another day",
      ["ledger_transfers_same"],
      "update ledger_transfers set created_at = created_at - 1 where seq = 7",
      { seq: 7, reason: "transfer_changed" },
    ],
    [
      "deleted",
      ["ledger_transfers_kept"],
      "delete from ledger_transfers where seq = 5",
      { seq: 5, reason: "transfer_missing" },
    ],
    [
      "cut off",
      ["ledger_transfers_kept"],
      "delete from ledger_transfers where seq >= 11",
      { seq: 11, reason: "transfer_missing" },
    ],
  ])("names the first transfer that was %s", async (_, triggers, sql, flaw) => {
    await sealedBooks();
    await tamper(triggers, sql);
    expect(await ledger.verifyDigests(ctx)).toMatchObject({ ok: false, firstFlaw: flaw });
  });

  it("names transfers that changed places", async () => {
    await sealedBooks();
    await tamper(
      ["ledger_transfers_same"],
      "update ledger_transfers set amount = iif(seq = 2, (select amount from ledger_transfers where seq = 3), (select amount from ledger_transfers where seq = 2)) where seq in (2, 3)",
    );
    expect(await ledger.verifyDigests(ctx)).toMatchObject({
      ok: false,
      firstFlaw: { seq: 2, reason: "transfer_changed" },
    });
  });

  it.each<[string, readonly string[], string, object]>([
    [
      "changed",
      ["ledger_digests_same"],
      "update ledger_digests set digest = previous where number = 2",
      { digest: 2, reason: "digest_changed" },
    ],
    [
      "removed",
      ["ledger_digests_kept"],
      "delete from ledger_digests where number = 2",
      { digest: 3, reason: "digest_missing" },
    ],
    [
      "cut off",
      ["ledger_digests_kept"],
      "delete from ledger_digests where number = 3",
      { digest: 3, reason: "digest_missing" },
    ],
    [
      "unlinked",
      ["ledger_digests_same"],
      "update ledger_digests set previous = digest where number = 2",
      { digest: 2, reason: "digest_changed" },
    ],
  ])("says when a seal itself was %s", async (_, triggers, sql, flaw) => {
    await sealedBooks();
    await tamper(triggers, sql);
    expect(await ledger.verifyDigests(ctx)).toMatchObject({ ok: false, firstFlaw: flaw });
  });

  it("says when its file is gone or was changed", async () => {
    await sealedBooks();
    const key = "ledger/digests/00000002.jsonl";
    const text = (await (await env.FILES.get(key))?.text()) ?? "";
    await env.FILES.put(key, text.split("\n").slice(0, -2).join("\n"));
    expect(await ledger.verifyDigests(ctx)).toMatchObject({ firstFlaw: { digest: 2, reason: "file_changed" } });
    await env.FILES.delete(key);
    expect(await ledger.verifyDigests(ctx)).toMatchObject({ firstFlaw: { digest: 2, reason: "file_missing" } });
  });
});

describe("an archived month", () => {
  async function archivedBooks(): Promise<void> {
    await someBooks();
    clock.now += 5 * DAY;
    await someBooks();
    clock.now += 60 * DAY;
    await someBooks();
    expect(await archiveNextMonth(ctx, 4)).toBe("2030-01");
    expect(await archiveNextMonth(ctx, 4)).toBe("2030-02");
    expect(await archiveNextMonth(ctx, 4)).toBeNull();
  }

  it("lies in R2 with its opening and closing balances, equal to the database's", async () => {
    expect(await archiveNextMonth(ctx)).toBeNull();
    await archivedBooks();
    expect(await ledger.verifyArchives(ctx)).toEqual({ ok: true, checked: 2, firstFlaw: null });
    clock.now += 31 * DAY;
    expect(await archiveNextMonth(ctx)).toBe("2030-04");
    expect(await ledger.verifyArchives(ctx)).toEqual({ ok: true, checked: 3, firstFlaw: null });
  });

  it("closes with its accounts by name, whichever were opened first", async () => {
    const { books, from } = await someBooks();
    await ledger.openAccount(ctx, { id: "a.late", asset: "USD", code: "equity", owner: null, limit: null });
    await ledger.post(ctx, books.move(from, "a.late", 5));
    clock.now += 40 * DAY;
    expect(await archiveNextMonth(ctx)).toBe("2030-01");
    const { closing } = JSON.parse(
      (await (await env.FILES.get("ledger/archives/2030-01/manifest.json"))?.text()) ?? "",
    ) as { closing: { accountId: string }[] };
    expect(closing[0]).toMatchObject({ accountId: "a.late", creditsPosted: 5 });
    expect(closing.map(({ accountId }) => accountId)).toEqual(closing.map(({ accountId }) => accountId).toSorted());
  });

  const part = "ledger/archives/2030-02/00001.jsonl";
  const manifest = "ledger/archives/2030-02/manifest.json";

  it.each([
    [part, "part_missing"],
    [manifest, "manifest_missing"],
  ])("is known to be incomplete without %s", async (key, reason) => {
    await archivedBooks();
    await env.FILES.delete(key);
    expect(await ledger.verifyArchives(ctx)).toEqual({
      ok: false,
      checked: 1,
      firstFlaw: { month: "2030-02", reason },
    });
  });

  it("is not followed by another while it is not whole itself", async () => {
    await archivedBooks();
    await env.FILES.delete(manifest);
    clock.now += 31 * DAY;
    await expect(archiveNextMonth(ctx)).rejects.toThrow("The archive of 2030-02 is not whole: manifest_missing.");
  });

  it.each([
    [part, "part_changed"],
    [manifest, "manifest_changed"],
  ])("is known to be changed when %s is", async (key, reason) => {
    await archivedBooks();
    await env.FILES.put(key, ((await (await env.FILES.get(key))?.text()) ?? "").replace("USD", "EUR"));
    expect(await ledger.verifyArchives(ctx)).toMatchObject({ firstFlaw: { month: "2030-02", reason } });
  });

  /** Rewrites a month and everything that vouches for it, as somebody with both keys could. */
  async function forge(change: (value: Forged) => void): Promise<void> {
    const value = JSON.parse((await (await env.FILES.get(manifest))?.text()) ?? "") as Forged;
    change(value);
    const text = JSON.stringify(value);
    await env.FILES.put(manifest, text);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    await run("update ledger_archives set manifest_hash = ? where month = '2030-02'", hash);
  }
  interface Forged {
    previous: string | null;
    parts: unknown[];
    closing: { accountId: string; creditsPosted: number }[];
  }

  it.each<[string, (value: Forged) => void]>([
    ["manifest_unlinked", (value) => (value.previous = null)],
    ["transfers_missing", (value) => value.parts.pop()],
    ["transfers_missing", (value) => (value.parts = value.parts.toReversed())],
    ["closing_differs_from_transfers", (value) => value.closing.pop()],
    ["closing_differs_from_transfers", (value) => value.closing.forEach((balance) => (balance.creditsPosted += 1))],
    ["closing_differs_from_transfers", (value) => value.closing.forEach((balance) => (balance.accountId += "x"))],
  ])("that was forged is known by %s", async (reason, change) => {
    await archivedBooks();
    await forge(change);
    expect(await ledger.verifyArchives(ctx)).toMatchObject({ firstFlaw: { month: "2030-02", reason } });
  });

  it("is known to differ from books that were changed afterwards", async () => {
    await archivedBooks();
    await tamper(
      ["ledger_entries_same"],
      "update ledger_entries set credits_posted = 9 where seq / 2 = 6 and credits_posted = 10",
    );
    expect(await ledger.verifyArchives(ctx)).toMatchObject({
      firstFlaw: { month: "2030-01", reason: "closing_differs_from_database" },
    });
  });
});
