import type { Channel, KindDefinition } from "./kinds.ts";
import { isAlwaysSent } from "./kinds.ts";

/**
 * What must stay true: an address that could end a header, name a second recipient or leave the envelope is never
 * written to; nothing but security reaches somebody who switched it off.
 */

const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/;
const DOMAIN =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/;
const PHONE = /^\+[1-9][0-9]{6,14}$/;

/** Whether a text is exactly one mail address in its plain form. */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf("@");
  return at > 0 && LOCAL_PART.test(text.slice(0, at)) && DOMAIN.test(text.slice(at + 1));
}

/** Whether a text is a phone number in E.164. */
export function isPhoneNumber(text: string): boolean {
  return PHONE.test(text);
}

/** A name fit for a header, or none: one that holds controls or is longer than a line is left out. */
export function displayName(name: string | null): string | null {
  const clean = name?.trim() ?? "";
  return clean === "" || clean.length > 100 || /[\p{Cc}\u2028\u2029]/u.test(clean) ? null : clean;
}

export interface Reachable {
  readonly userId: string | null;
  readonly email: string | null;
  readonly phone: string | null;
}

/** What somebody has switched on or off, by channel; a channel that is missing was left as it is. */
export type ChannelChoices = Readonly<Partial<Record<Channel, boolean>>>;

/** The ways by which a message goes: those of its kind that reach the person and are not switched off. */
export function channelsFor(definition: KindDefinition, contact: Reachable, choices: ChannelChoices): Channel[] {
  return definition.channels.filter((channel) => {
    if (!isAlwaysSent(definition.category) && choices[channel] === false) return false;
    if (channel === "email") return contact.email !== null && isMailAddress(contact.email);
    if (channel === "sms") return contact.phone !== null && isPhoneNumber(contact.phone);
    return contact.userId !== null;
  });
}
