import { z } from "zod";
import { text } from "./env.fields.ts";

/** The settings of the assistant. Without any, its embedded adviser answers. */

const micros = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const timeout = z.coerce.number().int().min(50).max(300_000);

export const ASSISTANT_SHAPE = {
  OPENAI_API_KEY: text,
  OPENAI_BASE_URL: z
    .union([z.literal(""), z.url({ protocol: /^https?$/ })])
    .optional()
    .transform((value) => (value ? value.replace(/\/+$/, "") : null)),
  OPENAI_MODEL: z.string().min(1).max(100).default("gpt-4o-mini"),
  OPENAI_SECOND_MODEL: text,
  OPENAI_FIRST_PIECE_MS: timeout.default(20_000),
  OPENAI_PAUSE_MS: timeout.default(15_000),
  OPENAI_TOTAL_MS: timeout.default(120_000),
  ASSISTANT_DAILY_MICROS: micros.default(50_000_000),
  ASSISTANT_MONTHLY_MICROS: micros.default(1_000_000_000),
  ASSISTANT_SOCKETS: z.coerce.number().int().min(1).max(10_000).default(20),
};

export const ASSISTANT_HELP: Readonly<Record<keyof typeof ASSISTANT_SHAPE, string>> = {
  OPENAI_API_KEY:
    "Set it with `wrangler secret put OPENAI_API_KEY` to your key; without it, and without OPENAI_BASE_URL, the embedded adviser answers.",
  OPENAI_BASE_URL:
    "Set it to the address of a server that speaks OpenAI's Chat Completions, such as https://api.openai.com/v1.",
  OPENAI_MODEL: "Set it to the model that answers; gpt-4o-mini is the default.",
  OPENAI_SECOND_MODEL: "Set it to the model that is asked when the first one fails, or leave it out.",
  OPENAI_FIRST_PIECE_MS: "Set it to how many milliseconds a model has for its first word; 20000 is the default.",
  OPENAI_PAUSE_MS: "Set it to how many milliseconds a model may pause within an answer; 15000 is the default.",
  OPENAI_TOTAL_MS: "Set it to how many milliseconds an answer may take; 120000 is the default.",
  ASSISTANT_DAILY_MICROS:
    "Set it to what the whole installation may spend on models in a UTC day, in millionths of a dollar; 50000000 ($50) is the default.",
  ASSISTANT_MONTHLY_MICROS:
    "Set it to what the whole installation may spend on models in a month, in millionths of a dollar; 1000000000 ($1,000) is the default.",
  ASSISTANT_SOCKETS:
    "Set it to how many chats a person may have open; beyond, the oldest is closed. 20 is the default.",
};

export interface AssistantConfig {
  /** Where and with what models are asked; null leaves answers to the embedded adviser. */
  readonly model: {
    readonly apiKey: string;
    readonly baseUrl: string;
    /** In the order of use. */
    readonly names: readonly string[];
    readonly firstPieceMs: number;
    readonly pauseMs: number;
    readonly totalMs: number;
  } | null;
  readonly dailyMicros: number;
  readonly monthlyMicros: number;
  /** Chats that one person may have open; the oldest makes room. */
  readonly maxSockets: number;
}

type Values = { readonly [K in keyof typeof ASSISTANT_SHAPE]: z.output<(typeof ASSISTANT_SHAPE)[K]> };

const OPENAI = "https://api.openai.com/v1";

export function readAssistant(values: Values): AssistantConfig {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_SECOND_MODEL: second } = values;
  const limits = {
    dailyMicros: values.ASSISTANT_DAILY_MICROS,
    monthlyMicros: values.ASSISTANT_MONTHLY_MICROS,
    maxSockets: values.ASSISTANT_SOCKETS,
  };
  if (apiKey === null && baseUrl === null) return { model: null, ...limits };
  return {
    model: {
      apiKey: apiKey ?? "none",
      baseUrl: baseUrl ?? OPENAI,
      names: second === null || second === values.OPENAI_MODEL ? [values.OPENAI_MODEL] : [values.OPENAI_MODEL, second],
      firstPieceMs: values.OPENAI_FIRST_PIECE_MS,
      pauseMs: values.OPENAI_PAUSE_MS,
      totalMs: values.OPENAI_TOTAL_MS,
    },
    ...limits,
  };
}
