import type { Channel } from "../channel.ts";
import type { Capabilities } from "../../core/capabilities.ts";
import { limits } from "../../core/limits.ts";
import type { Ignored, InboundMessage } from "../../core/message.ts";
import type { Form } from "./form.ts";
import type { OptOutWords } from "../opt-out-words.ts";

/** What a message says, beside who wrote it to whom. */
export type Content = Pick<InboundMessage, "text"> &
  Partial<Pick<InboundMessage, "senderName" | "context" | "marks" | "isQuiet" | "aliases">>;

/** What sets one kind of messages that Twilio carries apart from the others. */
export interface Carriage {
  /** our name of the channel */
  channel: string;
  inboxAddress: Channel["inboxAddress"];
  /** as `Inbox.provider` */
  provider?: string;
  /** what Twilio writes before ":" and an address, ours or theirs; "" for telephone numbers alone */
  prefix: "" | "whatsapp";
  /** in place of `OptOutType`, where the account has no Advanced Opt-Out */
  optOutWords: OptOutWords;
  /** @param text the body, as it is to be read where nothing else says more */
  contentOf(form: Form, text: string): Content | Ignored;
  capabilities: Capabilities;
}

/**
 * What marks a kind of messages: `whatsapp:+1…`, `messenger:…`, `rcs:…`. A customer's address may be a name with a colon, so
 * there only marks that Twilio documents count.
 *
 * @param ours the address of the two that is ours
 * @see https://www.twilio.com/docs/messaging/channels
 */
export const prefixOf = (ours: string, theirs: string): string =>
  /^([a-z]+):/.exec(ours)?.[1] ?? /^(whatsapp|messenger|rcs):/.exec(theirs)?.[1] ?? "";

/**
 * Whoever writes, without their prefix: a number, a short or long code, or a name, which carriers form as they like. Which of
 * these can be answered is said by `reachableAddress`.
 */
export const sender = {
  pattern: new RegExp(`^(?=[^]*\\S)[^]{1,${limits.maxAddressCharacters}}$`),
  expected: `an address of at most ${limits.maxAddressCharacters} characters`,
};

/** As Twilio's API and webhooks write it. */
export const withPrefix = (address: string, { prefix }: Pick<Carriage, "prefix">): string =>
  prefix === "" ? address : `${prefix}:${address}`;

/** @returns undefined where it is an address of another kind */
export function withoutPrefix(address: string, { prefix }: Pick<Carriage, "prefix">): string | undefined {
  if (prefix === "") return address;
  return address.startsWith(`${prefix}:`) ? address.slice(prefix.length + 1) : undefined;
}
