/**
 * `npm run bench:chat`: what a chat adds to the openai package called directly, at 1, 50 and 200 chats, in turn within
 * one run; then what 2,000 idle sockets cost, and whether all of them survive a restart.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { bundle } from "../../scripts/bundle.ts";
import { completeDevVars } from "../../scripts/variables.ts";
import { cpuMicros } from "../http/cpu.ts";
import type { Person, Timing } from "./chats.ts";
import { Chat, directly, inTurns, median, signIn, subscribe } from "./chats.ts";
import type { Running } from "./processes.ts";
import { memoryBytes, start } from "./processes.ts";

const SIZES: readonly {
  readonly chats: number;
  readonly rounds: number;
  readonly firstMs: number;
  readonly share: number;
}[] = [
  { chats: 1, rounds: 15, firstMs: 0.5, share: 0.01 },
  { chats: 50, rounds: 7, firstMs: 0.5, share: 0.01 },
  { chats: 200, rounds: 5, firstMs: 5, share: 0.05 },
];
/** Only the size of so many chats; all of them if left out. */
const ONLY = Number(process.env["CHATS"] ?? 0);
const CHUNKS = 80;
/** Rounds of 50 questions each way. */
const WARM_ROUNDS = 12;
const ANSWER_MS = 450;
const IDLE = Number(process.env["IDLE"] ?? 2_000);
/** Longer than an idle object stays awake. */
const HIBERNATION_MS = 20_000;
const PEOPLE = ["trader@bourse.test", "buyer@bourse.test", "learner@bourse.test"] as const;
const QUESTION = "How did I spend my money, and what should I look at first?";

interface Gate {
  readonly holds: boolean;
}

async function measure(model: string, server: Running, chats: readonly Chat[]): Promise<Gate> {
  const direct = directly(model);
  const widest = chats.map((chat) => async () => await chat.ask(QUESTION));
  // Both run warm: what is interpreted, or compiled on the way, is not what a service in use costs.
  for (let round = 0; round < WARM_ROUNDS; round += 1) {
    await spread(Array.from({ length: 50 }, () => async () => await direct(QUESTION)));
    await spread(widest.slice(0, 50));
  }
  let holds = true;
  console.log(
    "| chats | first, directly | first, chat | added ms | total, directly | total, chat | added | CPU µs a chunk |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const size of SIZES.filter(({ chats: count }) => ONLY === 0 || count === ONLY)) {
    const [theirs, ours]: [Timing[], Timing[]] = [[], []];
    let micros = 0;
    await spread(widest.slice(0, size.chats));
    await settle();
    for (let round = 0; round < size.rounds; round += 1) {
      theirs.push(...(await spread(Array.from({ length: size.chats }, () => async () => await direct(QUESTION)))));
      await settle();
      const before = cpuMicros(server.pid);
      ours.push(...(await spread(widest.slice(0, size.chats))));
      await settle();
      micros += cpuMicros(server.pid) - before;
    }
    if (theirs.some(({ text }, index) => text !== ours[index]?.text))
      throw new Error("An answer is not what was sent.");
    const of = (all: readonly Timing[], what: "firstMs" | "totalMs"): number =>
      median(all.map((timing) => timing[what]));
    const first = of(ours, "firstMs") - of(theirs, "firstMs");
    const total = of(ours, "totalMs") / of(theirs, "totalMs") - 1;
    const ok = first <= size.firstMs && total <= size.share;
    holds &&= ok;
    const cells = [
      size.chats,
      of(theirs, "firstMs").toFixed(2),
      of(ours, "firstMs").toFixed(2),
      `${first.toFixed(2)} (at most ${size.firstMs})`,
      of(theirs, "totalMs").toFixed(1),
      of(ours, "totalMs").toFixed(1),
      `${(total * 100).toFixed(2)} % (at most ${size.share * 100})`,
      (micros / (size.rounds * size.chats * CHUNKS)).toFixed(1),
    ];
    console.log(`| ${cells.join(" | ")} | ${ok ? "holds" : "FAILS"}`);
  }
  return { holds };
}

/** Begins one after another over the time that an answer takes, so that all are under way at once. */
async function spread(asks: readonly (() => Promise<Timing>)[]): Promise<Timing[]> {
  return await Promise.all(
    asks.map(async (ask, index) => {
      await new Promise((resolve) => setTimeout(resolve, (index * ANSWER_MS) / asks.length));
      return await ask();
    }),
  );
}

/** Until what follows an answer is done, which in a crowd stands back for a while: the next one is got ready then. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
}

async function openAll(people: readonly Person[], count: number): Promise<Chat[]> {
  const chats = Array.from({ length: count }, () => new Chat());
  const owners = new Map(chats.map((chat, index) => [chat, people[index % people.length]]));
  await inTurns(chats, 16, async (chat) => {
    const owner = owners.get(chat);
    if (owner) await chat.open(owner);
  });
  return chats;
}

async function run(): Promise<void> {
  completeDevVars();
  const product = await bundle();
  const stateDir = mkdtempSync(path.join(os.tmpdir(), "bourse-bench-chat-"));
  const model = await start("openai.ts");
  let server = await start("server.ts", product, stateDir, "0", model.url);
  try {
    const signed = async (): Promise<Person[]> =>
      await Promise.all(PEOPLE.map(async (email) => await signIn(server.url, email)));
    await Promise.all((await signed()).map(async (person, index) => await subscribe(person, PEOPLE[index] ?? "")));
    const people = await signed();
    const chats = await openAll(people, 200);
    await settle();
    const { holds } = await measure(model.url, server, chats);
    for (const chat of chats) chat.close();
    process.exitCode = holds ? 0 : 1;
    if (IDLE === 0) return;

    const before = memoryBytes(server.pid);
    const idle = await openAll(people, IDLE);
    const opened = memoryBytes(server.pid);
    await inTurns(idle.slice(0, 50), 10, async (chat) => {
      await chat.ask(QUESTION);
    });
    await new Promise((resolve) => setTimeout(resolve, HIBERNATION_MS));
    const asleep = memoryBytes(server.pid);
    const each = (bytes: number): string => `${((bytes - before) / IDLE / 1_024).toFixed(1)} KiB`;
    console.log(`\n${IDLE} sockets, a conversation each: ${each(opened)} a socket when open, ${each(asleep)} asleep.`);

    const gone = Promise.all(idle.map(async (chat) => await chat.closed));
    const streaming = idle.slice(50, 100);
    const cut = new Set(streaming);
    for (const chat of streaming) void chat.ask(QUESTION).then(() => cut.delete(chat));
    while (streaming.some(({ seq }) => seq === 0)) await new Promise((resolve) => setTimeout(resolve, 10));
    const port = new URL(server.url).port;
    await server.stop();
    await gone;
    server = await start("server.ts", product, stateDir, port, model.url);
    const back = await signed();
    let survived = 0;
    const owners = new Map(idle.map((chat, index) => [chat, back[index % back.length]]));
    await inTurns(idle, 16, async (chat) => {
      const owner = owners.get(chat);
      const known = chat.seq;
      const seq = owner ? await chat.open(owner) : -1;
      if (cut.has(chat)) await chat.resume();
      if (chat.broken === 0 && (cut.has(chat) ? chat.seq > known : seq === known)) survived += 1;
    });
    console.log(
      `After a restart ${survived} of ${IDLE} came back where they were, ${cut.size} of them in the middle of an answer.`,
    );
    process.exitCode = holds && survived === IDLE ? 0 : 1;
    for (const chat of idle) chat.close();
  } finally {
    await server.stop();
    await model.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

await run();
process.exit();
