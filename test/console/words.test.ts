import { describe, expect, it } from "vitest";
import type { Words } from "../../src/console/words/index.ts";
import { wordsFor } from "../../src/console/words/index.ts";

/** What is promised to be whole in the second language: the way in, the wallet, the market, the assistant and what stands around. */
const WHOLE = ["frame", "account", "wallet", "p2p", "assistant"] as const satisfies readonly (keyof Words)[];

/** Every text of an area by its place; what is said with figures is said with some. */
function textsOf(said: unknown, place: string): [place: string, text: string][] {
  if (typeof said === "string") return [[place, said]];
  if (typeof said === "function") return textsOf((said as (...given: number[]) => unknown)(2, 3, 5), place);
  return Object.entries(said as object).flatMap(([name, part]) => textsOf(part, `${place}.${name}`));
}

describe("Hindi", () => {
  it.each(WHOLE)("says everything of %s in its own letters", (area) => {
    const english = textsOf(wordsFor("en")[area], area);
    const hindi = textsOf(wordsFor("hi-IN")[area], area);
    expect(hindi.map(([place]) => place).toSorted()).toEqual(english.map(([place]) => place).toSorted());
    const foreign = hindi.filter(([, text]) => !/\p{Script=Devanagari}/u.test(text));
    expect(foreign).toEqual([]);
  });

  it("leaves English what it does not say, and is spoken for no other language", () => {
    expect(wordsFor("hi").budget).toEqual(wordsFor("en").budget);
    expect(wordsFor("fr-FR")).toEqual(wordsFor("en"));
  });
});
