import type { SendStatus } from "../../shared/core/message.ts";
import type { PresenceStatus } from "../../shared/core/pool/types.ts";

export interface AcceptedText {
  /** the id that its message must have */
  messageId: string;
  providerId: string;
  from: string;
  text: string;
  /** when the 2xx went out, milliseconds since 1970 */
  at: number;
  /** how many times the provider was given a 2xx for it */
  times: number;
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
  at: number;
  /** what the provider called it, if it has it */
  providerId: string | undefined;
  /** the function learnt for certain that the provider does not have it */
  surelyNotTaken: boolean;
}

/** What the world outside was promised and what it received: kept by the host, out of the functions' reach. */
export class Ledger {
  /** by message id: customers' texts that the provider got a 2xx for */
  readonly texts = new Map<string, AcceptedText>();
  /** by message id: replies that an agent got a 202 for */
  readonly replies = new Map<string, AcceptedReply>();
  /** by send id: the highest status that the provider got a 2xx for */
  readonly statuses = new Map<string, SendStatus[]>();
  /** by agent: the last presence that got a 2xx */
  readonly presences = new Map<string, PresenceStatus>();
  /** by send id, in order */
  readonly handOvers = new Map<string, HandOver[]>();
  /** when the provider listed its messages, milliseconds since 1970 */
  readonly lookUps: number[] = [];

  /** sends that a person decided to hand over again, knowing that the provider may have them */
  readonly redrivenSends = new Set<string>();

  acceptText(text: Omit<AcceptedText, "times">): void {
    const known = this.texts.get(text.messageId);
    this.texts.set(text.messageId, { ...text, times: (known?.times ?? 0) + 1 });
  }

  acceptStatus(sendId: string, status: SendStatus): void {
    this.statuses.set(sendId, [...(this.statuses.get(sendId) ?? []), status]);
  }

  handOver(entry: HandOver): void {
    this.handOvers.set(entry.sendId, [...(this.handOvers.get(entry.sendId) ?? []), entry]);
  }
}
