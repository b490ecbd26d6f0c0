/**
 * One of our addresses. `id` is used in rules, keys and URLs, and customers' STOPs are kept under it: it never changes, or they
 * are lost.
 */
export interface Inbox {
  id: string;
  channel: string;
  /** the channel's own form, e.g. E.164 for SMS */
  address: string;
  /** what customers read as the sender, on channels that show one */
  name?: string;
  /** of channels that more than one carries; absent: the channel's own */
  provider?: string;
  /** web chat: origins of pages that may open one, beside our own; `*` alone: any */
  origins?: string[];
  /** custom channel: where replies are posted to (https) */
  replyUrl?: string;
  /** custom channel: hosts from which attachments are fetched */
  mediaHosts?: string[];
  /** nothing goes out: why, for a person */
  suspended?: string;
  /** telephone numbers that may be written to; the longest prefix that fits decides, and without one it is no. Absent: all */
  countries?: { prefix: string; allowed: boolean }[];
  spendCap?: SpendCap;
  quietHours?: QuietHours;
}

/** How much an inbox may spend on messages out in a UTC day: a bound to what a fraud can cost. */
export interface SpendCap {
  /** in the currency's millionths */
  perDayMicros: number;
  /** of one message, or of each piece where its channel bills texts by the piece, by the number's prefix; the longest that fits counts, "" is for all others */
  priceMicros: { prefix: string; micros: number }[];
  /** ISO 4217, for the words of a refusal */
  currency: string;
}

/** When the customer is asleep: nothing goes out but answers to somebody who has just written. */
export interface QuietHours {
  /** HH:MM; a night goes over midnight */
  from: string;
  to: string;
  /** IANA name */
  timeZone: string;
}
