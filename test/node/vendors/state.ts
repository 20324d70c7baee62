/** What simulated vendors do and have seen. One plan for each recipient: what becomes of each try, in its order. */

export type Behaviour =
  /** Takes it and says so. */
  | "take"
  /** Says no for now. */
  | "refuse"
  /** Says that nobody lives there. */
  | "no-such-address"
  /** Says nothing before it has anything. */
  | "hang"
  /** Hangs up before it has anything. */
  | "hang-up"
  /** Takes it and says nothing. */
  | "take-and-hang"
  /** Takes it and hangs up. */
  | "take-and-hang-up"
  /** Has read all of it, keeps nothing and hangs up. */
  | "lose";

/** A message that a vendor has taken. */
export interface Taken {
  readonly vendor: string;
  readonly to: string;
  /** A mail as it was sent, or the body of an HTTP call. */
  readonly raw: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the client had signed in. */
  readonly user: string | null;
}

const plans = new Map<string, Behaviour[]>();
const taken: Taken[] = [];
const calls = new Map<string, number>();

export function plan(to: string, behaviours: Behaviour[]): void {
  plans.set(to, [...behaviours]);
}

/** What becomes of this try; a plan that is used up goes on with `take`. */
export function next(to: string): Behaviour {
  calls.set(to, (calls.get(to) ?? 0) + 1);
  return plans.get(to)?.shift() ?? "take";
}

export function take(message: Taken): void {
  taken.push(message);
}

export function seen(to: string): { calls: number; taken: Taken[] } {
  return { calls: calls.get(to) ?? 0, taken: taken.filter((message) => message.to === to) };
}
