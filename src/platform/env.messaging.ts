import { z } from "zod";
import { address, text } from "./env.fields.ts";

/** The settings of mail and SMS. All of them may be left out: development shows messages instead of sending them. */

const mailbox = z
  .union([z.literal(""), z.string().regex(/^(?:[^<>"\p{Cc}]{1,100} )?<?[^\s<>"@\p{Cc}]+@[^\s<>"@\p{Cc}]+>?$/u)])
  .optional()
  .transform((value) => value || null);

function choice<const T extends readonly string[]>(names: T) {
  return z
    .string()
    .default("")
    .transform((value) => value.split(",").filter((name) => name !== ""))
    .pipe(z.array(z.enum(names)));
}

export const MESSAGING_SHAPE = {
  MESSAGE_TIMEOUT_MS: z.coerce.number().int().min(100).max(18_000).default(15_000),
  MAIL_FROM: mailbox,
  MAIL_PROVIDERS: choice(["smtp", "resend", "cloudflare"]),
  MAIL_PER_SECOND: z.coerce.number().int().min(1).max(1_000).default(20),
  MAIL_DAILY_CAP: z.coerce.number().int().min(0).default(50_000),
  SMTP_HOST: text,
  SMTP_PORT: z.coerce.number().int().min(1).max(65_535).default(587),
  SMTP_USER: text,
  SMTP_PASSWORD: text,
  SMTP_TLS: z.enum(["", "implicit", "required", "opportunistic"]).default(""),
  RESEND_API_KEY: text,
  RESEND_API_BASE: address,
  RESEND_WEBHOOK_SECRET: z
    .union([z.literal(""), z.string().regex(/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/)])
    .optional()
    .transform((value) => value || null),
  SMS_PROVIDERS: choice(["twilio", "gateway"]),
  SMS_PER_SECOND: z.coerce.number().int().min(1).max(1_000).default(10),
  SMS_DAILY_CAP: z.coerce.number().int().min(0).default(1_000),
  SMS_API_BASE: address,
  SMS_API_KEY: text,
  SMS_SENDER: text,
  SMS_DLT_ENTITY_ID: text,
  SMS_DLT_TEMPLATES: z
    .union([z.literal(""), z.string().regex(/^[a-zA-Z]+:[0-9]{1,30}(,[a-zA-Z]+:[0-9]{1,30})*$/)])
    .default(""),
  TWILIO_ACCOUNT_SID: text,
  TWILIO_AUTH_TOKEN: text,
  TWILIO_FROM: text,
  TWILIO_API_BASE: address,
};

const secret = (name: string, what: string): string => `Set it with \`wrangler secret put ${name}\` to ${what}.`;

export const MESSAGING_HELP: Readonly<Record<keyof typeof MESSAGING_SHAPE, string>> = {
  MESSAGE_TIMEOUT_MS:
    "Set it to how many milliseconds a provider of mail or SMS has for an answer, at most 18000; 15000 is the default.",
  MAIL_FROM: "Set it to the sender of every mail, such as `Bourse <no-reply@bourse.example.com>`.",
  MAIL_PROVIDERS:
    "Set it to an ordered list out of smtp, resend and cloudflare; the second one is used while the first fails. Left out, all that are configured, in this order.",
  MAIL_PER_SECOND: "Set it to how many mails a second each provider takes; 20 is the default.",
  MAIL_DAILY_CAP: "Set it to how many mails may leave on a UTC day; 50000 is the default.",
  SMTP_HOST: "Set it to the host name of your mail server, or leave it out.",
  SMTP_PORT: "Set it to the mail server's port: 587 (the default), 465 or 2525.",
  SMTP_USER: "Set it to the user name at your mail server, or leave it out where none is needed.",
  SMTP_PASSWORD: secret("SMTP_PASSWORD", "the password at your mail server"),
  SMTP_TLS:
    "Set it to implicit (TLS from the first byte; the default on port 465), required (STARTTLS; the default elsewhere) or opportunistic (in the clear where the server has no trusted TLS; development's default).",
  RESEND_API_KEY: secret("RESEND_API_KEY", "your key at Resend"),
  RESEND_API_BASE: "Leave it out; it points mail by Resend somewhere else than https://api.resend.com.",
  RESEND_WEBHOOK_SECRET: secret("RESEND_WEBHOOK_SECRET", "the signing secret of your webhook at Resend, `whsec_…`"),
  SMS_PROVIDERS:
    "Set it to an ordered list out of twilio and gateway; the second one is used while the first fails. Left out, all that are configured, in this order.",
  SMS_PER_SECOND: "Set it to how many SMS a second each provider takes; 10 is the default.",
  SMS_DAILY_CAP: "Set it to how many SMS may leave on a UTC day; 1000 is the default.",
  SMS_API_BASE:
    "Set it to the address of your SMS gateway. With Twilio's credentials and no SMS_API_KEY, Twilio is called there.",
  SMS_API_KEY: secret("SMS_API_KEY", "the key that your SMS gateway takes as its bearer token"),
  SMS_SENDER: "Set it to the sender's name or header that your SMS gateway shows.",
  SMS_DLT_ENTITY_ID: "Set it to your entity id on India's DLT platform, or leave it out.",
  SMS_DLT_TEMPLATES:
    "Set it to the DLT template id of each kind, such as `loginCode:1107160000000000001,phoneConfirm:1107160000000000002`.",
  TWILIO_ACCOUNT_SID: "Set it to your account's SID at Twilio, or leave it out.",
  TWILIO_AUTH_TOKEN: secret("TWILIO_AUTH_TOKEN", "your auth token at Twilio"),
  TWILIO_FROM: "Set it to the number (`+1…`) or the messaging service (`MG…`) that Twilio sends from.",
  TWILIO_API_BASE: "Leave it out; it points Twilio somewhere else than https://api.twilio.com.",
};

export interface SmtpConfig {
  readonly host: string;
  readonly port: number;
  readonly credentials: { readonly user: string; readonly password: string } | null;
  readonly tls: "implicit" | "required" | "opportunistic";
  readonly timeoutMs: number;
}

export interface MessagingConfig {
  readonly mail: {
    readonly from: { readonly name: string | null; readonly address: string };
    /** In the order of use; empty for whatever is configured. */
    readonly order: readonly ("smtp" | "resend" | "cloudflare")[];
    readonly perSecond: number;
    readonly dailyCap: number;
    readonly smtp: SmtpConfig | null;
    readonly resend: { readonly key: string; readonly base: string; readonly timeoutMs: number } | null;
    /** With which Resend signs what it tells of bounces and complaints. */
    readonly resendWebhookSecret: string | null;
    readonly timeoutMs: number;
  };
  readonly sms: {
    readonly order: readonly ("twilio" | "gateway")[];
    readonly perSecond: number;
    readonly dailyCap: number;
    readonly twilio: {
      readonly accountSid: string;
      readonly authToken: string;
      readonly from: string;
      readonly base: string;
      readonly timeoutMs: number;
    } | null;
    readonly gateway: {
      readonly base: string;
      readonly key: string | null;
      readonly sender: string | null;
      readonly dltEntityId: string | null;
      /** Template ids by kind. */
      readonly dltTemplates: ReadonlyMap<string, string>;
      readonly timeoutMs: number;
    } | null;
  };
}

type Values = z.output<z.ZodObject<typeof MESSAGING_SHAPE>>;

interface Surroundings {
  readonly development: boolean;
  readonly publicOrigin: string;
}

export function readMessaging(values: Values, { development, publicOrigin }: Surroundings): MessagingConfig {
  const timeoutMs = values.MESSAGE_TIMEOUT_MS;
  return {
    mail: {
      from: readSender(values.MAIL_FROM, publicOrigin),
      order: values.MAIL_PROVIDERS,
      perSecond: values.MAIL_PER_SECOND,
      dailyCap: values.MAIL_DAILY_CAP,
      smtp: readSmtp(values, development),
      resend: values.RESEND_API_KEY
        ? { key: values.RESEND_API_KEY, base: values.RESEND_API_BASE ?? "https://api.resend.com", timeoutMs }
        : null,
      resendWebhookSecret: values.RESEND_WEBHOOK_SECRET,
      timeoutMs,
    },
    sms: {
      order: values.SMS_PROVIDERS,
      perSecond: values.SMS_PER_SECOND,
      dailyCap: values.SMS_DAILY_CAP,
      twilio: readTwilio(values),
      gateway: readGateway(values),
    },
  };
}

function readSender(mailFrom: string | null, publicOrigin: string): { name: string | null; address: string } {
  const match = /^(?:(.*) )?<([^<>]+)>$/u.exec(mailFrom ?? "");
  if (match?.[2] !== undefined) return { name: match[1] ?? null, address: match[2] };
  if (mailFrom !== null) return { name: null, address: mailFrom };
  const { hostname } = new URL(publicOrigin);
  const domain = /[a-z]\.[a-z]/.test(hostname) ? hostname : "bourse.test";
  return { name: "Bourse", address: `no-reply@${domain}` };
}

function readSmtp(values: Values, development: boolean): SmtpConfig | null {
  if (values.SMTP_HOST === null) return null;
  const { SMTP_USER: user, SMTP_PASSWORD: password, SMTP_PORT: port } = values;
  const usual = port === 465 ? "implicit" : development ? "opportunistic" : "required";
  return {
    host: values.SMTP_HOST,
    port,
    credentials: user !== null && password !== null ? { user, password } : null,
    tls: values.SMTP_TLS || usual,
    timeoutMs: values.MESSAGE_TIMEOUT_MS,
  };
}

function readTwilio(values: Values): MessagingConfig["sms"]["twilio"] {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_FROM: from } = values;
  if (accountSid === null || authToken === null || from === null) return null;
  const shared = values.SMS_API_KEY === null ? values.SMS_API_BASE : null;
  const base = values.TWILIO_API_BASE ?? shared ?? "https://api.twilio.com";
  return { accountSid, authToken, from, base, timeoutMs: values.MESSAGE_TIMEOUT_MS };
}

function readGateway(values: Values): MessagingConfig["sms"]["gateway"] {
  const { SMS_API_BASE: base, SMS_API_KEY: key } = values;
  if (base === null || (key === null && readTwilio(values) !== null)) return null;
  const templates = values.SMS_DLT_TEMPLATES.split(",").flatMap((pair) => {
    const [kind = "", id = ""] = pair.split(":");
    return id === "" ? [] : [[kind, id] as const];
  });
  return {
    base,
    key,
    sender: values.SMS_SENDER,
    dltEntityId: values.SMS_DLT_ENTITY_ID,
    dltTemplates: new Map(templates),
    timeoutMs: values.MESSAGE_TIMEOUT_MS,
  };
}
