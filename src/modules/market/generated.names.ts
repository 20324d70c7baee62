/** Names of the generated market. */

const CONSONANTS = "BDFGHKLMNPRSTVWZ";
const VOWELS = "AEIOU";

/** Four letters that can be spoken, different for each number below 6,400. */
export function symbolOf(number: number): string {
  const mixed = (number * 2_657 + 1_301) % 6_400;
  const [first, second] = [mixed % 80, Math.floor(mixed / 80)];
  return [first, second].map((pair) => `${CONSONANTS[pair % 16]}${VOWELS[Math.floor(pair / 16)]}`).join("");
}

const KINDS = [
  "Systems",
  "Industries",
  "Holdings",
  "Energy",
  "Foods",
  "Labs",
  "Logistics",
  "Partners",
  "Works",
  "Group",
];

export function nameOf(number: number): string {
  const symbol = symbolOf(number);
  const spoken = symbol.charAt(0) + symbol.slice(1).toLowerCase();
  return `${spoken} ${KINDS[number % KINDS.length]} (generated)`;
}

export const COUNTRIES = ["US", "US", "US", "US", "CA", "GB", "DE", "JP", "IN"] as const;

export const SECTORS = [
  { name: "Technology", industries: ["Software", "Semiconductors", "Hardware"] },
  { name: "Healthcare", industries: ["Biotechnology", "Devices", "Pharmaceuticals"] },
  { name: "Financials", industries: ["Banks", "Insurance", "Asset Management"] },
  { name: "Industrials", industries: ["Machinery", "Aerospace", "Transport"] },
  { name: "Consumer Discretionary", industries: ["Retail", "Automobiles", "Leisure"] },
  { name: "Consumer Staples", industries: ["Food", "Beverages", "Household"] },
  { name: "Energy", industries: ["Oil and Gas", "Services"] },
  { name: "Materials", industries: ["Chemicals", "Metals", "Paper"] },
  { name: "Utilities", industries: ["Electricity", "Water"] },
  { name: "Real Estate", industries: ["Trusts", "Development"] },
  { name: "Communication Services", industries: ["Media", "Telecommunications"] },
] as const;
