import type { Capabilities } from "../core/capabilities.ts";
import type { Configuration } from "../core/configuration.ts";
import type { Inbox } from "../core/inbox.ts";
import type { Ignored, InboundMessage, MediaReference, SendError, StatusUpdate, TemplateUse } from "../core/message.ts";
import type { App } from "../ports/app.ts";
import type { MediaHosts, MediaLocation } from "../ports/media.ts";

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
  /** milliseconds since 1970: what is signed with a time is good for a while only */
  now: number;
}

export type Verified = { ok: true } | { ok: false; reason: string };

/** @throws InvalidWebhook when the body can't be read as what the provider documents */
export type Parsed = InboundMessage | StatusUpdate | Ignored;

/** @param reason nothing sensitive: it is logged */
export const ignored = (reason: string): Ignored => ({ kind: "ignored", reason });

export class InvalidWebhook extends Error {
  override name = "InvalidWebhook";
}

/** The channel's secret is not of the form that it needs, which shows before anything is sent. Names the field, never its value. */
export class UnusableSecret extends Error {
  override name = "UnusableSecret";
}

/** A file on a message out. */
export interface OutboundFile {
  /** a link that anybody can fetch it by for some hours: longer than a provider keeps it waiting */
  url: string;
  contentType: string;
  bytes: number;
  name: string;
  /** for a channel whose messages hold the files themselves @returns undefined where it was erased meanwhile @throws when it can't be read now */
  read(): Promise<Uint8Array | undefined>;
}

export interface SendRequest {
  sendId: string;
  /** as the provider writes it */
  to: string;
  inbox: Inbox;
  /** whom it is for */
  identityId: string;
  conversationId: string;
  /** within `TextLimits`, since longer ones come in parts; a caption where there are files; of a template, how it reads */
  text: string;
  /** within `MediaLimits` */
  media: OutboundFile[];
  template?: TemplateUse;
  quickReplies?: string[];
  /** the window is closed but for a person's answer, which this is */
  asHumanAgent?: true;
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
  /** provider ids that belong to other sends of ours: no evidence for this one. Asked of what the provider has listed, not before */
  isTaken(providerId: string): Promise<boolean>;
}

/** What a channel's sends may touch. */
export type ChannelPorts = Pick<App, "http" | "mail" | "chatSockets" | "log" | "clock"> & {
  stores: Pick<App["stores"], "chats" | "identities">;
};

/**
 * How a channel's provider calls us, where it does over HTTP. Channels of one provider may share its paths: then they
 * share `verify`, `handshake` and the secret too, and each reads what is its own.
 */
export interface ChannelWebhook {
  /** the paths, each matched as a whole */
  paths: RegExp[];
  /** nothing of the request has been read before but what says whose signature it is to be */
  verify(request: WebhookRequest, context: VerifyContext): Verified;
  /** GET: whether it is ours, asked by the provider when the webhook is set up; what it wants to read */
  handshake?(
    request: WebhookRequest,
    context: VerifyContext,
  ): { ok: true; body: string } | { ok: false; reason: string };
  /** @returns undefined where it is for another channel at this path */
  parse(request: WebhookRequest, config: Configuration): Parsed[] | undefined;
  /** what the provider wants to read after a 2xx */
  acknowledgement: { contentType: string; body: string };
  /** where the provider reports on this send, under one of our public origins; null where it reports nothing */
  statusPath(sendId: string): string | null;
}

/** How a customer's files are fetched: from the provider's hosts, and from those that the inbox names as its own (`mediaHosts`). */
export interface ChannelMedia extends MediaHosts {
  /** files also lie on hosts that an inbox names in router.yaml (`mediaHosts`) */
  onOwnHosts?: true;
  /** Where the file is; asks the provider where the message names it by an id. @throws MediaRefused | MediaNotYet */
  locate(file: MediaReference, request: { inbox: Inbox; secret: unknown }, ports: ChannelPorts): Promise<MediaLocation>;
}

export interface InboundListRequest {
  inbox: Inbox;
  secret: unknown;
  /** milliseconds since 1970 */
  since: number;
}

export interface Channel {
  name: string;
  /** what `Inbox.address` looks like; `expected` is for a person, and follows "is not" */
  inboxAddress: { pattern: RegExp; expected: string };
  /** of channels that more than one carries: what `Inbox.provider` says; absent: the one that is meant where it says nothing */
  provider?: string;
  /** id of its document in the secrets port; null where it has none */
  secretName: string | null;
  capabilities: Capabilities;
  /** absent where messages come another way: mail through its queue, chats through their sockets */
  webhook?: ChannelWebhook;
  send(request: SendRequest, ports: ChannelPorts): Promise<SendResult>;
  lookup(request: LookupRequest, ports: ChannelPorts): Promise<LookupResult>;
  /** absent where files come with the message itself, or none come */
  media?: ChannelMedia;
  /** what the provider says customers have sent to an inbox; absent where it keeps no list. @throws where it can't be read whole */
  listInbound?(request: InboundListRequest, ports: ChannelPorts, config: Configuration): Promise<InboundMessage[]>;
}
