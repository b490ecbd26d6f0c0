import type { Capabilities } from "../core/capabilities.ts";
import type { Configuration, Inbox } from "../core/configuration.ts";
import type { Ignored, InboundMessage, SendError, StatusUpdate } from "../core/message.ts";
import type { App } from "../ports/app.ts";

/*
 * The contract of a channel. verify and parse are pure functions of the request; send and lookup do their I/O through
 * the ports they are given. The contract suite in tests/contracts/channel.ts holds every channel to what stands here.
 */

/** A webhook as API Gateway hands it over (payload 2.0), with the body decoded to bytes' text. */
export interface WebhookRequest {
  method: string;
  /** path as the provider called it, without stage or query */
  path: string;
  /** without "?"; raw, as it was signed */
  rawQuery: string;
  /** names in lower case */
  headers: Record<string, string>;
  body: string;
  /** from the request context, never from a Host header */
  domainName: string;
}

export interface VerifyContext {
  secret: unknown;
  /** configured origins, or the request context's domain where none is configured */
  publicUrls: string[];
}

export type Verified = { ok: true } | { ok: false; reason: string };

/** @throws InvalidWebhook when the body can't be read as what the provider documents */
export type Parsed = InboundMessage | StatusUpdate | Ignored;

export class InvalidWebhook extends Error {
  override name = "InvalidWebhook";
}

export interface SendRequest {
  sendId: string;
  to: string;
  inbox: Inbox;
  /** whom it is for */
  identityId: string;
  conversationId: string;
  text: string;
  /** on channels whose messages have one */
  subject?: string;
  /** what it answers, as `InboundMessage.references` */
  references?: string[];
  /** nobody wrote it: an answer by itself */
  isAutomatic: boolean;
  /** milliseconds since 1970 when it was written */
  writtenAt: number;
  /** where the provider reports statuses of this send; null where it reports nothing */
  statusUrl: string | null;
  secret: unknown;
}

/**
 * `sent`: the provider took it. `refused`: it surely did not and will not. `notSent`: it surely did not, and may be tried
 * again after `retryAfterMs`. `unknown`: it may have.
 */
export type SendResult =
  | { outcome: "sent"; providerId: string }
  | { outcome: "refused"; error: SendError }
  | { outcome: "notSent"; error: SendError; retryAfterMs: number }
  | { outcome: "unknown"; error: SendError };

/** What a provider's list says about a send whose answer was lost. */
export type LookupResult =
  | { outcome: "found"; providerId: string; status: StatusUpdate["status"]; error?: SendError }
  | { outcome: "absent" }
  | { outcome: "undecided"; reason: string };

export interface LookupRequest extends SendRequest {
  /** when the attempt began, milliseconds since 1970 */
  attemptedAt: number;
  now: number;
  /** provider ids that belong to other sends of ours: no evidence for this one */
  isTaken(providerId: string): Promise<boolean>;
}

/** What a channel's sends may touch. */
export type ChannelPorts = Pick<App, "http" | "mail" | "chatSockets" | "log"> & {
  stores: Pick<App["stores"], "chats" | "identities">;
};

/** How a channel's provider calls us, where it does over HTTP. */
export interface ChannelWebhook {
  /** the paths, each matched as a whole */
  paths: RegExp[];
  verify(request: WebhookRequest, context: VerifyContext): Verified;
  parse(request: WebhookRequest, config: Configuration): Parsed[];
  /** what the provider wants to read after a 2xx */
  acknowledgement: { contentType: string; body: string };
  /** where the provider reports on this send, under one of our public origins; null where it reports nothing */
  statusPath(sendId: string): string | null;
}

export interface Channel {
  name: string;
  /** id of its document in the secrets port; null where it has none */
  secretName: string | null;
  capabilities: Capabilities;
  /** absent where messages come another way: mail through its queue, chats through their sockets */
  webhook?: ChannelWebhook;
  send(request: SendRequest, ports: ChannelPorts): Promise<SendResult>;
  lookup(request: LookupRequest, ports: ChannelPorts): Promise<LookupResult>;
}
