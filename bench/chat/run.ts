/**
 * `npm run bench:chat`: what a chat adds to the openai package called directly, at 1, 50 and 200 chats, in turn within
 * one run and with a relay that has nothing in it; then what 2,000 idle sockets cost, and whether all survive a restart.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { bundle } from "../../scripts/bundle.ts";
import { ROOT } from "../../scripts/project.ts";
import { completeDevVars } from "../../scripts/variables.ts";
import { cpuMicros } from "../http/cpu.ts";
import { bundleEntry } from "../http/subjects.ts";
import type { Person, Timing } from "./chats.ts";
import { Chat, directly, inTurns, median, signIn, subscribe } from "./chats.ts";
import type { Running } from "./processes.ts";
import { memoryBytes, start } from "./processes.ts";

interface Size {
  readonly chats: number;
  readonly rounds: number;
  /** What may be added before the first word, and in all. */
  readonly firstMs: number;
  readonly share: number;
}

const SIZES: readonly Size[] = [
  { chats: 1, rounds: 25, firstMs: 0.5, share: 0.01 },
  { chats: 50, rounds: 14, firstMs: 0.5, share: 0.01 },
  { chats: 200, rounds: 12, firstMs: 5, share: 0.05 },
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

type Ask = () => Promise<Timing>;

/** Ways to the same answer: a chat, the package alone, and a relay with nothing in it. */
type Way = "direct" | "bare" | "ours";

const WAYS: readonly Way[] = ["direct", "bare", "ours"];

interface Subjects {
  readonly model: string;
  readonly server: Running;
  readonly chats: readonly Chat[];
  readonly relays: readonly Chat[];
}

async function measure(subjects: Subjects): Promise<boolean> {
  // All run warm: what is interpreted, or compiled on the way, is not what a service in use costs.
  for (let round = 0; round < WARM_ROUNDS; round += 1) await takeTurns(subjects, 50);
  console.log(
    "| chats | first, directly | bare relay | chat | added ms | total, directly | bare relay | chat | added | CPU µs a chunk |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  let holds = true;
  for (const size of SIZES.filter(({ chats }) => ONLY === 0 || chats === ONLY)) {
    await takeTurns(subjects, size.chats);
    const rounds: Round[] = [];
    while (rounds.length < size.rounds) rounds.push(await takeTurns(subjects, size.chats));
    holds = report(size, rounds) && holds;
  }
  return holds;
}

interface Round {
  readonly timings: Readonly<Record<Way, readonly Timing[]>>;
  /** Processor time of the product. */
  readonly micros: number;
}

/** Asks so many at once, in each way in turn. */
async function takeTurns({ model, server, chats, relays }: Subjects, count: number): Promise<Round> {
  const asking = async (all: readonly Chat[]): Promise<Timing[]> =>
    await spread(all.slice(0, count).map((chat) => async () => await chat.ask(QUESTION)));
  const before = cpuMicros(server.pid);
  const ours = await asking(chats);
  await settle();
  const micros = cpuMicros(server.pid) - before;
  const call = await directly(model);
  const direct = await spread(ours.map(() => async () => await call(QUESTION)));
  const bare = await asking(relays);
  if ([...ours, ...direct, ...bare].some(({ text }) => text !== ours[0]?.text))
    throw new Error("An answer is not what was sent.");
  return { timings: { direct, bare, ours }, micros };
}

/** Prints a row; says whether the gates hold. */
function report(size: Size, rounds: readonly Round[]): boolean {
  const of = (way: Way, what: "firstMs" | "totalMs"): number =>
    median(rounds.flatMap(({ timings }) => timings[way].map((timing) => timing[what])));
  const first = of("ours", "firstMs") - of("direct", "firstMs");
  const total = of("ours", "totalMs") / of("direct", "totalMs") - 1;
  const holds = first <= size.firstMs && total <= size.share;
  const cells = [
    size.chats,
    ...WAYS.map((way) => of(way, "firstMs").toFixed(2)),
    `${first.toFixed(2)} (at most ${size.firstMs})`,
    ...WAYS.map((way) => of(way, "totalMs").toFixed(1)),
    `${(total * 100).toFixed(2)} % (at most ${size.share * 100})`,
    (rounds.reduce((sum, { micros }) => sum + micros, 0) / (size.rounds * size.chats * CHUNKS)).toFixed(1),
  ];
  console.log(`| ${cells.join(" | ")} | ${holds ? "holds" : "FAILS"}`);
  return holds;
}

/** Begins one after another over the time that an answer takes, so that all are under way at once. */
async function spread(asks: readonly Ask[]): Promise<Timing[]> {
  return await Promise.all(
    asks.map(async (ask, index) => {
      await new Promise((resolve) => setTimeout(resolve, (index * ANSWER_MS) / asks.length));
      return await ask();
    }),
  );
}

/** Until what follows an answer is done, which in a crowd stands back for a while: the next one is got ready then. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2_500));
}

/** Relays with nothing in them, a socket each. */
async function openBare(bare: Running, count: number): Promise<Chat[]> {
  const relays = Array.from({ length: count }, () => new Chat());
  await inTurns([...relays.entries()], 16, async ([index, relay]) => {
    await relay.connect(`${bare.url.replace("http", "ws")}/?${index}`);
  });
  return relays;
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
  const relay = path.join(ROOT, "dist", "bench-relay");
  await bundleEntry([path.join(ROOT, "bench", "workers", "relay", "index.ts")], relay);
  const model = await start("openai.ts");
  const bare = await start("server.ts", relay, path.join(stateDir, "bare"), "0", model.url, "bare");
  let server = await start("server.ts", product, stateDir, "0", model.url);
  try {
    const signed = async (): Promise<Person[]> =>
      await Promise.all(PEOPLE.map(async (email) => await signIn(server.url, email)));
    await Promise.all((await signed()).map(async (person, index) => await subscribe(person, PEOPLE[index] ?? "")));
    const people = await signed();
    const chats = await openAll(people, 200);
    await settle();
    const relays = await openBare(bare, chats.length);
    const holds = await measure({ model: model.url, server, chats, relays });
    for (const chat of [...chats, ...relays]) chat.close();
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
    await bare.stop();
    await model.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

await run();
process.exit();
