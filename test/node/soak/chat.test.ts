import { describe, expect, it } from "vitest";
import { launchProgram } from "../support/process.ts";

const minutes = process.env["NIGHTLY"] === "1" ? 30 : 2;

describe("chats that drop their sockets and come back", () => {
  it("lose no piece and no message, and leave memory as it was", { timeout: (minutes + 3) * 60_000 }, async () => {
    const env = { MINUTES: String(minutes), CHATS: "4" };
    const { code, output } = await launchProgram([process.execPath, "bench/chat/soak.ts"], { env }).ended;
    expect([code, output]).toEqual([0, expect.stringMatching(/[1-9]\d+ answers .* 0 faults/)]);
  });
});
