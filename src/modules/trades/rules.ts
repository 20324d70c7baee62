import { DAY } from "#kernel/time";
import type { Role, TradeState } from "#objects/escrow-trade";

/**
 * What must stay true: whoever is no party has no side; a name that cannot be compared is no warning; what is known of
 * both accounts is told to operators alone.
 */

/** Which side of the trade somebody is on; null where on none. */
export function sideOf(
  trade: { readonly buyerId: string; readonly sellerId: string },
  userId: string,
): Extract<Role, "buyer" | "seller"> | null {
  if (trade.buyerId === userId) return "buyer";
  return trade.sellerId === userId ? "seller" : null;
}

function wordsOf(name: string): string[] {
  return name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** Whether a word is among some others; an initial stands for any word that begins with it. */
function isAmong(word: string, others: readonly string[]): boolean {
  return others.some((other) => (word.length === 1 || other.length === 1 ? word[0] === other[0] : word === other));
}

/** Whether money seems to come from somebody else than the buyer: neither name's words are all among the other's. */
export function differsFrom(payer: string, verified: string | null): boolean {
  const [paid, known] = [wordsOf(payer), wordsOf(verified ?? "")];
  if (paid.length === 0 || known.length === 0) return false;
  return !paid.every((word) => isAmong(word, known)) && !known.every((word) => isAmong(word, paid));
}

/**
 * What a reader is warned of: the seller of a payer whose name differs, operators of what the two accounts share as well,
 * the buyer of nothing.
 */
export function warningsFor(
  trade: { readonly payerDiffers: boolean; readonly hints: readonly string[] },
  reader: "buyer" | "seller" | "operator",
): string[] {
  const payer = trade.payerDiffers && reader !== "buyer" ? ["payer_name_differs"] : [];
  return reader === "operator" ? [...payer, ...trade.hints] : payer;
}

const LATE = DAY;
const FAR_TOO_LATE = 3 * DAY;

/** How pressing a dispute is that still waits: 0 in time, 1 after a day, 2 after three. */
export function escalationOf(openedAt: number, now: number): 0 | 1 | 2 {
  const age = now - openedAt;
  if (age >= FAR_TOO_LATE) return 2;
  return age >= LATE ? 1 : 0;
}

/** Whether files may be handed in: once payment is claimed, until the trade is over. */
export function takesEvidence(state: TradeState): boolean {
  return state === "paid" || state === "disputed";
}

/** Whether the parties may still write to each other: while something is open, and while an expiry may be appealed. */
export function takesMessages(
  { state, appealBy }: { readonly state: TradeState; readonly appealBy: number | null },
  now: number,
): boolean {
  if (state === "expired") return appealBy !== null && now < appealBy;
  return state === "escrowed" || state === "paid" || state === "disputed";
}

/** Whether a trade can never change again. One that has expired may still be appealed against for a while. */
export function hasEnded(
  { state, appealBy }: { readonly state: TradeState; readonly appealBy: number | null },
  now: number,
): boolean {
  if (state === "expired") return appealBy === null || now >= appealBy;
  return state === "released" || state === "cancelled" || state === "resolved";
}

/**
 * Whether a side gets a mail of the trade's last transition. Who has made it knows, and is told in the product alone,
 * unless it took a seller's money out of the wallet or gave it away: nobody's session does that unheard.
 */
export function isMailed(
  { events }: { readonly events: readonly { readonly command: string; readonly role: Role }[] },
  side: "buyer" | "seller",
): boolean {
  const last = events.at(-1);
  if (last?.role !== side) return true;
  return side === "seller" && (last.command === "begin" || last.command === "release");
}

/** Until when somebody has something to do; null where no clock runs. */
export function nextDeadline(trade: {
  readonly state: TradeState;
  readonly payBy: number;
  readonly releaseBy: number | null;
  readonly appealBy: number | null;
}): number | null {
  if (trade.state === "escrowed") return trade.payBy;
  if (trade.state === "paid") return trade.releaseBy;
  return trade.state === "expired" ? trade.appealBy : null;
}
