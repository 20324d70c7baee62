import type { Ctx } from "#platform/ctx";
import type { Person } from "./person.ts";

export interface Advice {
  readonly question: string;
  readonly history: readonly { readonly role: "user" | "assistant"; readonly content: string }[];
  readonly person: Person;
}

export async function advise(_ctx: Ctx, { question }: Advice): Promise<string> {
  return await Promise.resolve(`I am an AI. You asked: ${question}. I have no figures yet.`);
}
