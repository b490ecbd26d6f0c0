import { conversationIdOf } from "./ids.ts";
import { limits } from "./limits.ts";
import { graphemesOf } from "./text.ts";
import type { Customer } from "./customer.ts";

/** The conversation that a message belongs to. */
export interface Thread {
  conversationId: string;
  /** true: the customer's slot has to be claimed for this conversation before the message is written */
  opens: boolean;
  /** it is a closed one of the customer's, to be opened again as this version */
  reopensAs?: number;
}

/** A conversation that a message says it goes on with, as it was read. */
export interface AnsweredConversation {
  id: string;
  /** its customer is the message's, whichever addresses they used */
  isOwn: boolean;
  messageVersion: number;
  closedAt?: string;
  continuedIn?: string;
}

/**
 * A customer has one open conversation; a message joins it or opens the next (invariant I2). A slot whose conversation
 * has not been written yet counts as open: its claimant died between two steps, and this message carries it on. Where
 * nothing is open, an answer to a closed conversation of the customer's own opens that one again.
 *
 * @param planVersion 0 for the first plan; each replaced plan opens a conversation with an id of its own
 * @param closedId a conversation that was seen closed: where it still holds the slot, it is to be replaced
 */
export function thread(
  messageId: string,
  planVersion: number,
  customer: Pick<Customer, "openConversationId">,
  closedId?: string,
  answered?: AnsweredConversation,
): Thread {
  const holderId = customer.openConversationId;
  if (holderId !== undefined && holderId !== closedId) return { conversationId: holderId, opens: false };
  if (answered?.isOwn && answered.closedAt !== undefined && answered.continuedIn === undefined) {
    return { conversationId: answered.id, opens: false, reopensAs: answered.messageVersion + 1 };
  }
  const opener = planVersion === 0 ? messageId : `${messageId}/${planVersion}`;
  return { conversationId: conversationIdOf(opener), opens: true };
}

/** What a conversation without a subject of its own is called in lists: its first line, cut between two characters. */
export function subjectOf(text: string): string {
  const line = text.split(/[\r\n\u2028\u2029]/, 64).find((candidate) => candidate.trim() !== "") ?? "";
  const whole = line.trim();
  if (whole.length <= limits.maxSubjectCharacters) return whole;
  let subject = "";
  for (const character of graphemesOf(whole)) {
    if (subject.length + character.length > limits.maxSubjectCharacters) break;
    subject += character;
  }
  return `${subject.trimEnd()}…`;
}
