import type { Frame } from "./catalogue.ts";
import { catalogueFor, SMS_KINDS } from "./catalogue.ts";
import type { Content } from "./content.ts";
import { pathsOf } from "./content.ts";
import type { Formats } from "./formats.ts";
import { createFormats } from "./formats.ts";
import type { DataOf, Kind } from "./kinds.ts";
import { definitionOf, isAlwaysSent } from "./kinds.ts";
import { renderHtml } from "./layout.tsx";
import { renderText } from "./plain-text.ts";

/** A kind with its data, already checked. */
export interface Subject<K extends Kind = Kind> {
  readonly kind: K;
  readonly data: DataOf<K>;
  readonly locale: string;
  readonly timeZone: string;
  readonly name: string | null;
}

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Absolute addresses that the mail leads to, in its order. */
  readonly links: readonly string[];
}

export interface RenderedSms {
  readonly text: string;
}

/** What a mail needs to know of its surroundings. */
export interface MailPlace {
  readonly publicOrigin: string;
  /** The path that ends bulk mail with one click; null where there is none. */
  readonly unsubscribePath: string | null;
}

const PREFERENCES_PATH = "/app/notifications";

/** The words of a message. The same subject gives the same words at any time. */
export function contentOf(subject: Subject): Content {
  const words = catalogueFor(subject.locale);
  if (isSms(subject.kind)) throw new TypeError("This kind goes by SMS.");
  const write = words.mail[subject.kind] as (data: unknown, say: Formats) => Content;
  return write(subject.data, createFormats(subject.locale, subject.timeZone));
}

export async function renderMail(subject: Subject, place: MailPlace): Promise<RenderedMail> {
  const content = contentOf(subject);
  const { frame } = catalogueFor(subject.locale);
  const toHref = (path: string): string => absolute(path, place.publicOrigin);
  const page = {
    locale: subject.locale,
    greeting: frame.greeting(subject.name),
    content,
    reason: frame[definitionOf(subject.kind).category],
    links: footerLinks(subject.kind, frame, place).map(({ label, path }) => ({ label, href: toHref(path) })),
    toHref,
  };
  return {
    subject: content.subject,
    text: renderText(page),
    html: await renderHtml(page),
    links: pathsOf(content).map(toHref),
  };
}

export function renderSms(subject: Subject): RenderedSms {
  const words = catalogueFor(subject.locale);
  if (!isSms(subject.kind)) throw new TypeError("This kind does not go by SMS.");
  const write = words.sms[subject.kind] as (data: unknown, say: Formats) => string;
  return { text: write(subject.data, createFormats(subject.locale, subject.timeZone)) };
}

/** Whether a kind goes by SMS alone. */
export function isSms(kind: Kind): kind is (typeof SMS_KINDS)[number] {
  return (SMS_KINDS as readonly Kind[]).includes(kind);
}

function footerLinks(kind: Kind, frame: Frame, place: MailPlace): { label: string; path: string }[] {
  const { category } = definitionOf(kind);
  if (isAlwaysSent(category)) return [];
  const preferences = { label: frame.preferences, path: PREFERENCES_PATH };
  if (place.unsubscribePath === null) return [preferences];
  return [{ label: frame.unsubscribe, path: place.unsubscribePath }, preferences];
}

/** An address on our own origin; anything that would lead elsewhere is a bug and throws. */
function absolute(path: string, origin: string): string {
  const url = new URL(path, origin);
  if (url.origin !== origin) throw new RangeError("A link must stay on the product's own origin.");
  return url.href;
}
