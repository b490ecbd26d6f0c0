import type { Timestamp } from "../core/time.ts";

/* Stores of who is connected, who looks at what, and who asks too often: all of it forgotten by itself. */

export interface SocketConnection {
  connectionId: string;
  agentId: string;
  /** sees every conversation's pushes */
  supervisor: boolean;
  expiresAt: Timestamp;
  /** the conversation before its agent; only `get` tells it */
  viewing?: string;
}

export interface SocketStore {
  /** A second put replaces the first. */
  put(connection: SocketConnection): Promise<void>;
  /** Strong read. */
  get(connectionId: string): Promise<SocketConnection | undefined>;
  remove(connectionId: string): Promise<void>;
  /** Connections of these agents and of all supervisors, each once; best effort, one that has just opened may be missing. */
  audience(agentIds: string[]): Promise<SocketConnection[]>;
  putTicket(ticket: { id: string; agentId: string; supervisor: boolean; expiresAt: Timestamp }): Promise<void>;
  /** One use: a second call finds nothing, and nor does one at or after `expiresAt`. */
  takeTicket(id: string, now: Timestamp): Promise<{ agentId: string; supervisor: boolean } | undefined>;
}

/** An open chat of a customer. */
export interface ChatConnection {
  connectionId: string;
  inboxId: string;
  identityId: string;
  /** the web channel's address of the session: what `InboundMessage.from` says */
  address: string;
  /** what the hello frame is to say: a token that resumes the session */
  sessionToken: string;
  expiresAt: Timestamp;
  /** somebody says hello, or has */
  greeted?: true;
}

export interface ChatStore {
  /** A second put replaces the first. */
  put(connection: ChatConnection): Promise<void>;
  /** Strong read. */
  get(connectionId: string): Promise<ChatConnection | undefined>;
  remove(connectionId: string): Promise<void>;
  /** Marks it as greeted. @returns whether this call did; of several at once, one */
  claimGreeting(connection: ChatConnection): Promise<boolean>;
  /** Open chats of an identity. Strong read. */
  audience(identityId: string): Promise<ChatConnection[]>;
}

/** An agent who has a conversation before them. */
export interface Viewer {
  conversationId: string;
  connectionId: string;
  agentId: string;
  isTyping: boolean;
  expiresAt: Timestamp;
}

export interface ViewerStore {
  /** One a connection and conversation: a second put replaces the first. */
  put(viewer: Viewer): Promise<void>;
  remove(conversationId: string, connectionId: string): Promise<void>;
  list(conversationId: string, now: Timestamp): Promise<Viewer[]>;
}

/** Counts by key and window of time, for limits on what strangers may do. */
export interface RateStore {
  /** Counts one more, or `amount` more. @returns how many there are in the window with this; never fails a caller who is over the limit */
  count(key: string, windowStart: Timestamp, expiresAt: Timestamp, amount?: number): Promise<number>;
  /**
   * Takes what was counted off again: once, however often it is asked for within ten minutes.
   *
   * @param cause for which it was counted, at most 36 characters
   */
  takeBack(key: string, windowStart: Timestamp, amount: number, cause: string): Promise<void>;
  /** 0 where nothing was counted; a strong read */
  amount(key: string, windowStart: Timestamp): Promise<number>;
}
