import type { Timestamp } from "../../core/time.ts";

/** What an open chat is told, one frame each. */
export type ServerFrame =
  | HelloFrame
  | { type: "message"; messageId: string; text: string; media?: ChatFile[]; at: Timestamp }
  | { type: "ack"; clientMessageId: string; messageId: string; at: Timestamp }
  | StatusFrame
  | { type: "typing" }
  | { type: "pong" }
  | ErrorFrame;

/** A file that came with a reply. */
export interface ChatFile {
  /** as it was called; for people, no path */
  name: string;
  contentType: string;
  bytes: number;
  /** by which anybody downloads it for five hours; each hello has new ones */
  url: string;
}

export interface HelloFrame {
  type: "hello";
  /** resumes this session */
  sessionToken: string;
  /** of this session or person, oldest first; the newest that fit */
  history: HistoryEntry[];
  inbox: { name: string };
}

export interface HistoryEntry {
  messageId: string;
  /** of the customer's own messages, as the client named them */
  clientMessageId?: string;
  direction: "in" | "out";
  text: string;
  /** absent where there are none */
  media?: ChatFile[];
  at: Timestamp;
  status: string;
}

/** What became of a message of the customer's: taken up, or seen, and with it all before it. */
export interface StatusFrame {
  type: "status";
  messageId: string;
  clientMessageId?: string;
  status: "received" | "read";
}

export interface ErrorFrame {
  type: "error";
  code: string;
  /** what is wrong and what to do, for the person who writes the client */
  message: string;
  clientMessageId?: string;
  retryAfterMs?: number;
}
