import type { ChatFile, HistoryEntry } from "../../shared/channels/web/frames.ts";
import type { Pending } from "./outbox.ts";

export type OwnStatus = "sending" | "failed" | "sent" | "received" | "read";

/** A message as the chat shows it. */
export interface Line {
  /** stays the same from the first keystroke on: the client's own id, else the router's */
  key: string;
  own: boolean;
  text: string;
  files?: ChatFile[];
  /** milliseconds since 1970, by the router's clock once it has the message */
  at: number;
  status: OwnStatus | "new" | "seen";
  messageId?: string;
}

const ranks: OwnStatus[] = ["failed", "sending", "sent", "received", "read"];

/** Whichever says more: frames may come late, and a hello may be older than what was told since. */
const higher = (one: OwnStatus, other: OwnStatus): OwnStatus =>
  ranks.indexOf(one) >= ranks.indexOf(other) ? one : other;

const isOwnStatus = (status: string): status is OwnStatus => (ranks as string[]).includes(status);

export const lineOf = (pending: Pending): Line => ({
  key: pending.clientMessageId,
  own: true,
  text: pending.text,
  at: pending.writtenAt,
  status: "sending",
});

/** What the router remembers, and beside it what it has not taken up yet. */
export function withHistory(lines: Line[], history: HistoryEntry[]): Line[] {
  const known = new Map(lines.map((line) => [line.key, line]));
  for (const entry of history) {
    const line = lineOfEntry(entry);
    const before = known.get(line.key);
    known.set(line.key, before ? merged(before, line) : line);
  }
  return inOrder(Array.from(known.values()));
}

function lineOfEntry({ messageId, clientMessageId, direction, text, media, at, status }: HistoryEntry): Line {
  const own = direction === "in";
  const seen = status === "read" ? "seen" : "new";
  const ownStatus = isOwnStatus(status) ? status : "received";
  const key = clientMessageId ?? messageId;
  return { key, own, text, files: media, at: Date.parse(at), status: own ? ownStatus : seen, messageId };
}

function merged(before: Line, now: Line): Line {
  if (!now.own) return { ...now, status: before.status === "seen" ? "seen" : now.status };
  return { ...now, status: higher(before.status as OwnStatus, now.status as OwnStatus) };
}

type Told = Pick<HistoryEntry, "messageId" | "text" | "media" | "at">;

export const withMessage = (lines: Line[], { messageId, text, media, at }: Told): Line[] =>
  lines.some(({ key }) => key === messageId)
    ? lines
    : inOrder([
        ...lines,
        { key: messageId, own: false, text, files: media, at: Date.parse(at), status: "new", messageId },
      ]);

export const withAcknowledgement = (
  lines: Line[],
  { clientMessageId, messageId, at }: { clientMessageId: string; messageId: string; at: string },
): Line[] =>
  inOrder(
    lines.map((line) =>
      line.key === clientMessageId
        ? { ...line, messageId, at: Date.parse(at), status: higher(line.status as OwnStatus, "sent") }
        : line,
    ),
  );

/** Who has read a message has read all before it. */
export function withStatus(lines: Line[], messageId: string, status: "received" | "read"): Line[] {
  const position = lines.findIndex((line) => line.messageId === messageId);
  return lines.map((line, index) => {
    const concerns = index === position || (status === "read" && index < position && line.messageId !== undefined);
    return line.own && concerns ? { ...line, status: higher(line.status as OwnStatus, status) } : line;
  });
}

export const changed = (lines: Line[], key: string, status: Line["status"]): Line[] =>
  lines.map((line) => (line.key === key ? { ...line, status } : line));

/** By the router's time; what it has not acknowledged stands last, as it was written. */
function inOrder(lines: Line[]): Line[] {
  const isPending = ({ own, messageId }: Line): boolean => own && messageId === undefined;
  return lines.toSorted((one, other) => Number(isPending(one)) - Number(isPending(other)) || one.at - other.at);
}
