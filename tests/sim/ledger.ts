import type { SendStatus, StatusSubject } from "../../shared/core/message.ts";
import type { PresenceStatus } from "../../shared/core/pool/types.ts";

export interface AcceptedMessage {
  channel: string;
  /** the id that its message must have */
  messageId: string;
  providerId: string;
  from: string;
  /** when it was first promised, milliseconds since 1970 */
  at: number;
  /** how many times it was promised: a 2xx, an acknowledgement, or SES's word that it lies in the bucket */
  times: number;
  /** no person wrote it */
  isAutomatic?: true | undefined;
  /** conversations that it names as answered, and rightly so */
  answers: string[];
  /** other addresses of the same person, by the provider's word */
  aliases?: string[] | undefined;
}

/** What somebody said on a social channel, as it was acknowledged. */
export interface Said {
  inboxId: string;
  /** their address, in the form that names them */
  from: string;
  providerId: string;
  text: string;
  /** it corrects or takes back an earlier message of theirs */
  about?: { kind: "edit" | "deletion"; providerId: string };
}

export interface AcceptedReply {
  messageId: string;
  conversationId: string;
  agentId: string;
  at: number;
}

/** One request to the provider to send. */
export interface HandOver {
  sendId: string;
  /** of whom it was handed to; absent for mail */
  origin?: string;
  at: number;
  /** what the provider called it, if it has it */
  providerId: string | undefined;
  /** the function learnt for certain that the provider does not have it */
  surelyNotTaken: boolean;
  /** it asked to be left alone until then, milliseconds since 1970 */
  notBefore?: number;
  /** whoever was asked lived to note that */
  isPauseNoted?: true;
}

/** What a provider told of messages out. */
export interface Report {
  of: StatusSubject;
  status: SendStatus;
  /** milliseconds since 1970 */
  at: number;
  /** it got a 2xx */
  isAccepted: boolean;
}

/** A provider said what it has. */
export interface LookUp {
  origin: string;
  at: number;
}

/** A message as a customer sees it in the chat. */
export interface ShownMessage {
  direction: "in" | "out";
  text: string;
  at: string;
}

/** A customer's browser with the chat, as they see it. */
export interface ChatView {
  /** the web channel's address as which it chats now; undefined before its first hello */
  readonly address: string | undefined;
  /** its connection stands, and has said hello */
  readonly isOpen: boolean;
  /** by message id */
  readonly shown: ReadonlyMap<string, ShownMessage>;
  /** its own messages, in the order in which they were written; each text is one of a kind */
  readonly written: readonly { text: string; messageId?: string }[];
}

/** An event that the receiver of webhooks took. */
export interface TakenEvent {
  eventId: string;
  at: number;
}

/** What the world outside was promised and what it received: kept by the host, out of the functions' reach. */
export class Ledger {
  /** by message id: what customers wrote */
  readonly messages = new Map<string, AcceptedMessage>();
  /** texts that no webhook told of: the provider lists them for a day */
  readonly listed: { messageId: string; at: number }[] = [];
  /** by message id: replies that an agent got a 202 for */
  readonly replies = new Map<string, AcceptedReply>();
  /** by send id: the highest status that the provider got a 2xx for */
  readonly statuses = new Map<string, SendStatus[]>();
  /** what providers told, accepted or not */
  readonly reports: Report[] = [];
  /** each: messages of one customer that came in one request, in its order */
  readonly series: string[][] = [];
  /** by agent: the last presence that got a 2xx */
  readonly presences = new Map<string, PresenceStatus>();
  /** by send id, in order */
  readonly handOvers = new Map<string, HandOver[]>();
  /** what providers listed, where they have a list */
  readonly lookUps: LookUp[] = [];

  /** sends that a person decided to hand over again, knowing that the provider may have them */
  readonly redrivenSends = new Set<string>();

  /** sends of which a person said that they went out */
  readonly settledSends = new Set<string>();

  readonly chats: ChatView[] = [];

  /** in order */
  readonly said: Said[] = [];
  /** providers' ids of what somebody takes back, from when they do so on */
  readonly takenBack = new Set<string>();

  /** pictures that customers sent, by their bytes in hexadecimal digits: from which address */
  readonly taken = new Map<string, string>();

  /** what receivers of webhooks took, in order */
  readonly events: TakenEvent[] = [];

  /** each: identities and customers that somebody said are one person's; nothing else may join them */
  readonly offeredJoins: string[][] = [];
  readonly #offered = new Set<string>();

  accept(message: Omit<AcceptedMessage, "times">): void {
    const known = this.messages.get(message.messageId);
    this.messages.set(message.messageId, { ...message, times: (known?.times ?? 0) + 1 });
  }

  /** Somebody says that these are one person's; saying it again adds nothing. */
  offerJoin(ids: string[]): void {
    const key = ids.join(" ");
    if (this.#offered.has(key)) return;
    this.#offered.add(key);
    this.offeredJoins.push(ids);
  }

  acceptStatus(sendId: string, status: SendStatus): void {
    this.statuses.set(sendId, [...(this.statuses.get(sendId) ?? []), status]);
  }

  handOver(entry: HandOver): void {
    this.handOvers.set(entry.sendId, [...(this.handOvers.get(entry.sendId) ?? []), entry]);
  }
}
