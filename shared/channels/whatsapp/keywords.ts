import type { OptOutWord } from "../../core/message.ts";

/**
 * WhatsApp leaves it to us to heed a request to be written to no more, and has no list of words. Only those that nobody
 * sends for another reason count: "cancel" or "yes" is an answer to an agent here.
 *
 * @see https://business.whatsapp.com/policy ("respect all requests … to opt out")
 */
const words = new Map<string, OptOutWord>([
  ["STOP", "stop"],
  ["STOPALL", "stop"],
  ["UNSUBSCRIBE", "stop"],
  ["OPTOUT", "stop"],
  ["START", "start"],
  ["UNSTOP", "start"],
]);

export const optOutWordOf = (text: string): OptOutWord | undefined => words.get(text.trim().toUpperCase());
