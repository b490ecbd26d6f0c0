import type { Decision } from "./decision.ts";
import type { Timestamp } from "./time.ts";

/**
 * An attachment: at the provider (`url`, or `providerId` where it is asked for by name), or in our bucket (`key`). On its
 * way to `route` it may bring its bytes along (`data`); a stored message never does.
 */
export interface MediaReference {
  /** as the sender or provider says; once it is in our bucket, as its content shows */
  contentType: string;
  url?: string;
  /** by which the channel asks the provider for it */
  providerId?: string;
  key?: string;
  /** base 64 */
  data?: string;
  /** why it was not taken over into our bucket and never will be, for a person */
  problem?: string;
  /** as the sender named the file; never used as a path */
  name?: string;
  bytes?: number;
  /** by which the message's own HTML refers to it */
  contentId?: string;
}

/** An object of the bucket that belongs to a message. */
export interface StoredObject {
  key: string;
  bytes: number;
}

/**
 * Mail that no person wrote for us (RFC 3834, section 2): nothing is ever answered to it automatically. `bounce` and
 * `auto-reply` wake nobody; `auto-generated` and `list` are routed as any other.
 */
export type AutomaticKind = "bounce" | "auto-reply" | "auto-generated" | "list";

/** What a message says about the conversation that it goes on with. */
export interface Answered {
  /** from a token of ours that the message carried and whose signature was right */
  conversationId?: string;
  /** provider ids of messages that we may have sent; anybody can write these */
  providerIds: string[];
}

/** How a message refers to another one, or to something else that the customer saw. */
export interface MessageContext {
  kind:
    | "reply"
    | "reaction"
    | "edit"
    | "deletion"
    | "forward"
    /** the answer to a button, list or quick reply */
    | "choice"
    | "story-reply"
    | "story-mention"
    /** they came by an advertisement or a link that names where they were */
    | "referral"
    /** they write from another address now */
    | "address-change";
  /** the provider's id of the message that it is about, ours or theirs */
  providerId?: string;
  /** for agents, in the sender's or provider's words: an advertisement's headline, a quoted text */
  note?: string;
  /** of the story or advertisement: shown, never fetched */
  url?: string;
  /** what we had given the chosen button as its id */
  choiceId?: string;
}

/** The words by which a customer stops, restarts or asks about messages of one sender. */
export type OptOutWord = "stop" | "start" | "help";

/** What `parse` makes of a customer's message, in words that every channel shares. */
export interface InboundMessage {
  kind: "message";
  channel: string;
  /** the provider's account, which scopes `providerId` */
  accountId: string;
  /** given by the provider, never chosen by the sender */
  providerId: string;
  /** the customer's address on this channel, in the one form that names their identity (`ownAddress`) */
  from: string;
  /** how the provider writes that address, where it wants it so in an answer */
  replyTo?: string;
  /** other addresses of the same person on this channel, by the provider's own word: it is evidence that joins them */
  aliases?: string[];
  /** of these, the ones that they have left: who writes from there later is somebody else */
  leaves?: string[];
  /** our address: the inbox */
  inboxId: string;
  text: string;
  media: MediaReference[];
  /** absent where the provider names no time */
  providerTime?: Timestamp;
  optOut?: OptOutWord;
  /** on channels whose messages have one; without the prefixes of answers */
  subject?: string;
  /** what the sender calls themselves: shown, never believed */
  senderName?: string;
  automatic?: AutomaticKind;
  /** the message as its sender laid it out: shown in a frame that can do nothing */
  html?: StoredObject;
  /** the text with everything that was quoted, where `text` is the part that is new */
  fullText?: StoredObject;
  answers?: Answered;
  /** what an answer on this channel names as answered, oldest first and this message last (RFC 5322, section 3.6.4) */
  references?: string[];
  /** what the provider found wrong with the sender, e.g. `unauthenticated` or `spam`; `unsupported`: more than it can hand on */
  marks?: string[];
  context?: MessageContext;
  /** what the provider says beyond what we know, as it came: for people and later versions */
  unknownFields?: Record<string, unknown>;
  /** it wakes nobody: it joins what is open, and opens nothing (a reaction, a deletion, a change of address) */
  isQuiet?: true;
}

/** The states of a message out. `sendRank` orders them; a rank only rises (DESIGN invariant I3). */
export type SendStatus = "queued" | "sending" | "unknown" | "parked" | "sent" | "delivered" | "read" | "failed";

/** What `parse` makes of a provider's report about messages out. */
export interface StatusUpdate {
  kind: "status";
  of: StatusSubject;
  status: Extract<SendStatus, "sent" | "delivered" | "read" | "failed">;
  error?: SendError;
}

/** Which messages a report is about, in the order of preference: our own id where the provider gives it back. */
export type StatusSubject =
  /** `inboxId`: who reports may do so of this inbox's messages alone */
  | { sendId: string; providerId?: string; inboxId?: string }
  | {
      channel: string;
      providerId: string;
      /** of several that it is true of, this is the last one: all before it from the same inbox to the same address are meant too */
      isLast?: true;
    }
  /** all that went out from this inbox to this address up to then */
  | { channel: string; inboxId: string; address: string; upTo: Timestamp };

export interface Ignored {
  kind: "ignored";
  reason: string;
}

export interface SendError {
  /** ours: what kind of failure */
  code: string;
  /** what a person should know or do */
  message: string;
  /** the provider's own code */
  providerCode?: string;
  /**
   * what it says about the address, and is remembered there: they stopped messages of this sender; they let nothing of this
   * inbox's through; or nothing arrives there at all
   */
  consequence?: "opted-out" | "shut-out" | "unreachable";
}

/** A text that the provider has approved, with what stands in its gaps. */
export interface TemplateUse {
  /** as router.yaml names it */
  id: string;
  /** the provider's name and language code for it */
  name: string;
  language: string;
  /** in the order of the gaps */
  parameters: string[];
}

/** One message of several that a reply became, since its channel takes less at a time. */
export interface PartOfReply {
  /** from 0 */
  index: number;
  count: number;
  /** the first part's message id */
  firstId: string;
}

interface MessageBase {
  id: string;
  schemaVersion: 1;
  conversationId: string;
  identityId: string;
  channel: string;
  inboxId: string;
  text: string;
  /** `text` is only its beginning: the whole is an object of the bucket */
  wholeText?: { key: string; bytes: number };
  media: MediaReference[];
  /** sorts messages of a conversation as people see them: provider time, then arrival, then id */
  order: string;
  createdAt: Timestamp;
}

export interface InboundStored extends MessageBase {
  direction: "in";
  providerId: string;
  /** position in the inbound queue's group; rises within one identity */
  sequence: string;
  /** how the provider writes the sender's address, where it wants it so in an answer */
  replyTo?: string;
  /** the routing plan: what step (3) and (4) of `route` apply, on this delivery or a later one */
  decision: Decision;
  /** rises each time the plan is replaced because its conversation had closed */
  planVersion: number;
  optOut?: OptOutWord;
  subject?: string;
  senderName?: string;
  automatic?: AutomaticKind;
  html?: StoredObject;
  fullText?: StoredObject;
  marks?: string[];
  context?: MessageContext;
  /** what the provider says beyond what we know, as it came: for people and later versions */
  unknownFields?: Record<string, unknown>;
}

export interface OutboundStored extends MessageBase {
  direction: "out";
  sendId: string;
  status: SendStatus;
  /** the agent or `automatic` */
  author: string;
  /** the customer's address */
  to: string;
  subject?: string;
  /** what it answers, as `InboundMessage.references` */
  references?: string[];
  /** SHA-256 of the request's body, to tell a repeated Idempotency-Key with another body */
  requestDigest?: string;
  providerId?: string;
  error?: SendError;
  /** which hand-over attempt holds it; each claim gets a fresh one */
  attemptId?: string;
  attemptedAt?: Timestamp;
  /** the provider asked for quiet: it is not handed over before */
  notBefore?: Timestamp;
  /** the first attempt that the provider surely did not take, since it was accepted or sent on by a person */
  notTakenSince?: Timestamp;
  /** the first attempt of unknown outcome since it was accepted or sent on by a person */
  doubtfulSince?: Timestamp;
  statusAt?: Timestamp;
  /** its author did not hold the conversation any more when it went out */
  afterReassignment?: true;
  /** `text` is how it reads */
  template?: TemplateUse;
  /** answers to choose from, which the customer's app shows as buttons */
  quickReplies?: string[];
  part?: PartOfReply;
}

export interface NoteStored extends MessageBase {
  direction: "note";
  author: string;
  requestDigest?: string;
}

export type StoredMessage = InboundStored | OutboundStored | NoteStored;

const ranks: Record<SendStatus, number> = {
  queued: 0,
  sending: 1,
  unknown: 2,
  parked: 3,
  sent: 4,
  failed: 5,
  delivered: 6,
  read: 7,
};

/** A later status has a higher rank. `delivered` outranks `failed`: what arrived did not fail. */
export const sendRank = (status: SendStatus): number => ranks[status];

/** In place of a queue position, for what we write: letters sort behind digits, so an answer stands behind its question. */
const written = "written";

/** Sort key of a message out or a note in its conversation. @param part from 0, of a reply that goes out in several */
export const writtenOrder = (at: Timestamp, id: string, part = 0): string =>
  messageOrder(at, part === 0 ? written : `${written}${String(part).padStart(2, "0")}`, id);

/** Sort key of an inbound message in its conversation. @param sequence 20 digits */
export const messageOrder = (at: Timestamp, sequence: string, id: string): string =>
  `${at}#${sequence}#${id.slice(-8)}`;

/**
 * What `readUpTo` counts by: a message that its provider dates before others, but that came after them, has not been seen with them.
 * Sorts with `lastInboundAt` too.
 */
export const seenOrder = ({ order, createdAt }: Pick<InboundStored, "order" | "createdAt">): string =>
  order > createdAt ? order : createdAt;
