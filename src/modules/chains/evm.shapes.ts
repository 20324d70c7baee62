import { z } from "zod";

/** What an EVM node answers, as far as it is read here. */

const hex = z.string().regex(/^0x[0-9a-f]*$/i);
export const hash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/i)
  .transform((text) => text.toLowerCase());
const address = z
  .string()
  .regex(/^0x[0-9a-f]{40}$/i)
  .transform((text) => text.toLowerCase());
export const bigQuantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i)
  .transform((text) => BigInt(text));
export const quantity = bigQuantity.transform(Number).pipe(z.int().min(0));

export const transaction = z.object({
  hash,
  from: address,
  to: address.nullish().transform((to) => to ?? null),
  value: bigQuantity,
});

export const block = z.object({ number: quantity, hash, transactions: z.array(transaction) }).nullable();

export const log = z.object({
  address,
  topics: z.array(hash),
  data: hex,
  transactionHash: hash,
  removed: z.boolean().optional(),
});

export const receipt = z
  .object({
    transactionHash: hash,
    status: quantity,
    blockNumber: quantity,
    blockHash: hash,
    gasUsed: bigQuantity,
    effectiveGasPrice: bigQuantity,
    logs: z.array(log),
  })
  .nullable();

export type EvmTransaction = z.output<typeof transaction>;
export type EvmReceipt = NonNullable<z.output<typeof receipt>>;
export type EvmLog = z.output<typeof log>;
