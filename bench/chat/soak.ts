/**
 * `npm run soak:chat`: chats that ask, drop their sockets in the middle and come back, for two minutes (MINUTES=30 is the
 * nightly size). Every answer must be whole, every frame in its turn, every message stored, and memory must not grow.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { bundle } from "../../scripts/bundle.ts";
import { completeDevVars } from "../../scripts/variables.ts";
import { Chat, signIn, subscribe } from "./chats.ts";
import type { Person } from "./chats.ts";
import { memoryBytes, start } from "./processes.ts";

const MINUTES = Number(process.env["MINUTES"] ?? 2);
const CHATS = Number(process.env["CHATS"] ?? 20);
/** Several, since a day's allowance of the largest plan does not last for half an hour of all the chats. */
const PEOPLE = ["trader@bourse.test", "buyer@bourse.test", "learner@bourse.test"] as const;
const QUESTION = "How did I spend my money?";
const WHOLE = Array.from({ length: 80 }, (_, index) => `word${index} `).join("");
/** Resident memory may swing by so much beside what the conversations themselves take. */
const SWING_BYTES = 96 * 1_024 * 1_024;

interface Tally {
  asked: number;
  dropped: number;
  faults: number;
}

async function countMessages({ url, bearer }: Person, conversationId: string): Promise<number> {
  let count = 0;
  for (let cursor = ""; ;) {
    const address = `${url}/api/v1/assistant/conversations/${conversationId}/messages?limit=100${cursor}`;
    const page = (await (await fetch(address, { headers: bearer })).json()) as {
      data: object[];
      nextCursor: string | null;
    };
    count += page.data.length;
    if (page.nextCursor === null) return count;
    cursor = `&cursor=${page.nextCursor}`;
  }
}

/** One chat until the time is over: every third answer is cut in the middle and resumed. */
async function live(person: Person, until: number, tally: Tally): Promise<void> {
  const chat = new Chat();
  await chat.open(person);
  let asked = 0;
  while (Date.now() < until) {
    asked += 1;
    const answer = chat.ask(QUESTION);
    if (asked % 3 === 0) {
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 300));
      const gone = chat.closed;
      chat.close();
      await gone;
      await chat.open(person);
      chat.send({ type: "resume", after: chat.seq });
      tally.dropped += 1;
    }
    if ((await answer).text !== WHOLE) tally.faults += 1;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  if ((await countMessages(person, chat.conversationId)) !== asked * 2) tally.faults += 1;
  tally.faults += chat.broken;
  tally.asked += asked;
  chat.close();
}

async function run(): Promise<void> {
  completeDevVars();
  const product = await bundle();
  const stateDir = mkdtempSync(path.join(os.tmpdir(), "bourse-soak-chat-"));
  const model = await start("openai.ts");
  const server = await start("server.ts", product, stateDir, "0", model.url);
  try {
    for (const email of PEOPLE) await subscribe(await signIn(server.url, email), email);
    const tally: Tally = { asked: 0, dropped: 0, faults: 0 };
    const until = Date.now() + MINUTES * 60_000;
    const samples: number[] = [];
    const sampling = setInterval(() => samples.push(memoryBytes(server.pid)), 5_000);
    // Access tokens live for ten minutes, so that everybody signs in again before that.
    for (let begun = Date.now(); begun < until; begun = Date.now()) {
      const people = await Promise.all(PEOPLE.map(async (email) => await signIn(server.url, email)));
      const round = Math.min(until, begun + 5 * 60_000);
      const owners = Array.from({ length: CHATS }, (_, index) => people[index % people.length] ?? people[0]);
      await Promise.all(owners.map(async (owner) => owner && (await live(owner, round, tally))));
    }
    clearInterval(sampling);
    const warm = samples.slice(Math.floor(samples.length / 3));
    const grown = (warm.at(-1) ?? 0) - (warm[0] ?? 0);
    console.log(
      `${tally.asked} answers in ${MINUTES} min, ${tally.dropped} of them cut and resumed, ${tally.faults} faults; memory grew by ${(grown / 1_048_576).toFixed(1)} MiB after a third of the time.`,
    );
    process.exitCode = tally.faults === 0 && grown < SWING_BYTES ? 0 : 1;
  } finally {
    await server.stop();
    await model.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

await run();
process.exit();
