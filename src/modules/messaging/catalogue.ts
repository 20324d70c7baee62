import type { Content } from "./content.ts";
import { english } from "./english.ts";
import type { Formats } from "./formats.ts";
import type { DataOf, Kind } from "./kinds.ts";

/** Kinds that go by SMS alone, as one sentence or two. */
export const SMS_KINDS = ["loginCode", "phoneConfirm"] as const satisfies readonly Kind[];
export type SmsKind = (typeof SMS_KINDS)[number];
export type MailKind = Exclude<Kind, SmsKind>;

/** What stands around every message. */
export interface Frame {
  greeting(name: string | null): string;
  readonly security: string;
  readonly service: string;
  readonly bulk: string;
  readonly operations: string;
  readonly unsubscribe: string;
  readonly preferences: string;
}

/** All of a language's words. */
export interface Catalogue {
  readonly frame: Frame;
  readonly mail: { readonly [K in MailKind]: (data: DataOf<K>, say: Formats) => Content };
  readonly sms: { readonly [K in SmsKind]: (data: DataOf<K>, say: Formats) => string };
}

/** A language may lack words; English stands in for them, kind by kind. */
export interface Translation {
  readonly frame?: Frame;
  readonly mail?: Partial<Catalogue["mail"]>;
  readonly sms?: Partial<Catalogue["sms"]>;
}

const TRANSLATIONS: Readonly<Record<string, Translation>> = {};

/** The words for a locale: its own, then its language's, then English. */
export function catalogueFor(
  locale: string,
  translations: Readonly<Record<string, Translation>> = TRANSLATIONS,
): Catalogue {
  const language = locale.split("-")[0] ?? locale;
  const found = translations[locale] ?? translations[language];
  if (!found) return english;
  return {
    frame: found.frame ?? english.frame,
    mail: { ...english.mail, ...found.mail },
    sms: { ...english.sms, ...found.sms },
  };
}
