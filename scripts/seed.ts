/** Lets every module put down what an empty database needs. What is there already stays as it is. */
import { Refusal } from "./project.ts";

export async function seed(url: string): Promise<void> {
  const answer = await fetch(`${url}/dev/seed`, { method: "POST" });
  if (!answer.ok) throw new Refusal(`Seeding failed with status ${answer.status}: the log above says why.`);
}
