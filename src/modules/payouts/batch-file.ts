import { writeAmount } from "#modules/ledger";
import type { CsvValue } from "#platform/csv";
import { writeCsv } from "#platform/csv";
import type { Payout } from "./repository.ts";

/** The file that a bank or RazorpayX takes payouts from: its columns, and nothing else. */

export type FileFormat = "plain" | "razorpayx";

export interface Numbered {
  readonly payout: Payout;
  readonly number: string;
}

const PLAIN = ["payoutId", "holderName", "type", "accountNumber", "ifsc", "amount", "asset"];

/** RazorpayX's template for payouts in bulk, amounts in rupees. */
const RAZORPAYX = [
  "RazorpayX Account Number",
  "Payout Amount",
  "Payout Currency",
  "Payout Mode",
  "Payout Purpose",
  "Fund Account Id",
  "Fund Account Type",
  "Fund Account Name",
  "Fund Account Ifsc",
  "Fund Account Number",
  "Fund Account Vpa",
  "Contact Type",
  "Contact Name",
  "Contact Email",
  "Contact Mobile",
  "Contact Reference Id",
  "Payout Narration",
  "Payout Reference Id",
];

function amountOf({ grossMinor, taxMinor, asset }: Payout): CsvValue {
  return { decimal: writeAmount(grossMinor - taxMinor, asset) };
}

function plainRow({ payout, number }: Numbered): CsvValue[] {
  const { holderName, type, ifsc } = payout.account;
  return [payout.id, holderName, type, number, ifsc, amountOf(payout), payout.asset];
}

function razorpayxRow({ payout, number }: Numbered, from: string): CsvValue[] {
  const { holderName, type, ifsc } = payout.account;
  const upi = type === "upi";
  const mode = upi ? "UPI" : "NEFT";
  const account = upi ? ["vpa", holderName, "", "", number] : ["bank_account", holderName, ifsc, number, ""];
  const contact = ["customer", holderName, "", "", payout.userId];
  return [from, amountOf(payout), "INR", mode, "payout", "", ...account, ...contact, "Bourse payout", payout.id];
}

/**
 * Writes the file.
 *
 * @param from our account number at RazorpayX, which its format names in each row; it takes rupees alone
 */
export function writeBatchFile(format: FileFormat, rows: readonly Numbered[], from: string): string {
  if (format === "plain") return writeCsv(PLAIN, rows.map(plainRow));
  const rupees = rows.filter(({ payout }) => payout.asset === "INR");
  return writeCsv(
    RAZORPAYX,
    rupees.map((row) => razorpayxRow(row, from)),
  );
}

/** The SHA-256 of a text in base64, as `Repr-Digest` carries it. */
export async function digestOf(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return btoa(String.fromCodePoint(...bytes));
}
