import { conversationIdOf } from "./ids.ts";
import { limits } from "./limits.ts";
import type { Customer } from "./customer.ts";

/** The conversation that a message belongs to. */
export interface Thread {
  conversationId: string;
  /** true: the customer's slot has to be claimed for this conversation before the message is written */
  opens: boolean;
}

/**
 * A customer has one open conversation; a message joins it or opens the next (invariant I2). A slot whose conversation
 * has not been written yet counts as open: its claimant died between two steps, and this message carries it on.
 *
 * @param planVersion 0 for the first plan; each replaced plan opens a conversation with an id of its own
 * @param closedId a conversation that was seen closed: where it still holds the slot, it is to be replaced
 */
export function thread(
  messageId: string,
  planVersion: number,
  customer: Pick<Customer, "openConversationId">,
  closedId?: string,
): Thread {
  const holderId = customer.openConversationId;
  if (holderId !== undefined && holderId !== closedId) return { conversationId: holderId, opens: false };
  const opener = planVersion === 0 ? messageId : `${messageId}/${planVersion}`;
  return { conversationId: conversationIdOf(opener), opens: true };
}

/** What a conversation without a subject of its own is called in lists: its first line, cut between two characters. */
export function subjectOf(text: string): string {
  const line = text.split(/[\r\n\u2028\u2029]/, 64).find((candidate) => candidate.trim() !== "") ?? "";
  let subject = "";
  for (const { segment } of graphemes.segment(line.trim())) {
    if (subject.length + segment.length > limits.maxSubjectCharacters) return `${subject.trimEnd()}…`;
    subject += segment;
  }
  return subject;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
