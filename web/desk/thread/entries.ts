import type { Context, Message, MessageFile } from "../api/types.ts";

/*
 * A conversation as people see it: pictures sent together are one album, the parts of a reply one message, and what is
 * said about a message stands with it.
 */

export interface Entry {
  kind: "message" | "album" | "parts" | "line";
  /** of albums and parts all, in their order; else one */
  messages: Message[];
  /** the message that it answers, changes or takes back, where the desk has it */
  about: Message | undefined;
  /** each customer's last one */
  reactions: string[];
  /** the customer has changed or taken it back since */
  since: "edit" | "deletion" | undefined;
}

/** How close to each other pictures come that were sent as one album. */
const albumMs = 60_000;

/** What a browser shows without running anything, on the desk itself; its place is kept while it is being fetched. */
export const isPicture = ({ contentType, state }: MessageFile): boolean =>
  state !== "unavailable" && /^image\/(jpeg|png|gif|webp|avif)$/.test(contentType);

/** @param messages oldest first */
export function entriesOf(messages: Message[]): Entry[] {
  const known = new Map(messages.map((message) => [message.id, message]));
  const said = saidAbout(messages, known);
  const entries: Entry[] = [];
  const byFirstPart = new Map<string, Entry>();
  for (const message of messages) {
    const { context, part } = message;
    const about = context?.messageId ? known.get(context.messageId) : undefined;
    if (context?.kind === "reaction" && about) continue;
    const parts = part ? byFirstPart.get(part.firstId) : undefined;
    const last = entries.at(-1);
    if (parts) {
      add(parts, message, said);
    } else if (last && isAlbum(last, message)) {
      last.kind = "album";
      add(last, message, said);
    } else {
      const kind = part ? "parts" : context && isLine(context) ? "line" : "message";
      const entry: Entry = { kind, messages: [], about, reactions: [], since: undefined };
      add(entry, message, said);
      entries.push(entry);
      if (part) byFirstPart.set(part.firstId, entry);
    }
  }
  return entries;
}

function add(entry: Entry, message: Message, said: Map<string, Said>): void {
  entry.messages.push(message);
  entry.messages.sort((one, other) => (one.part?.index ?? 0) - (other.part?.index ?? 0));
  const { reactions, since } = said.get(message.id) ?? nothingSaid;
  entry.reactions.push(...reactions.values());
  entry.since ??= since;
}

interface Said {
  /** by who reacted */
  reactions: Map<string, string>;
  since: Entry["since"];
}

const nothingSaid: Said = { reactions: new Map(), since: undefined };

/** What later messages say about earlier ones; of several reactions of one person the last counts. */
function saidAbout(messages: Message[], known: Map<string, Message>): Map<string, Said> {
  const said = new Map<string, Said>();
  for (const message of messages) {
    const { context } = message;
    if (!context?.messageId || !known.has(context.messageId)) continue;
    const about = said.get(context.messageId) ?? { reactions: new Map<string, string>(), since: undefined };
    if (context.kind === "reaction") about.reactions.set(message.identityId, message.text);
    if (context.kind === "edit" || context.kind === "deletion") about.since = context.kind;
    said.set(context.messageId, about);
  }
  return said;
}

/** What nobody says, but happens. */
const isLine = ({ kind }: Context): boolean => kind === "reaction" || kind === "deletion" || kind === "address-change";

/** Whether a message goes on with an album: pictures alone, of the same sender, right after one another, with one text at most. */
function isAlbum({ kind, messages, since }: Entry, next: Message): boolean {
  const last = messages.at(-1)!;
  if ((kind !== "message" && kind !== "album") || since !== undefined) return false;
  return (
    [last, next].every((each) => isPictures(each) && each.direction === last.direction) &&
    last.identityId === next.identityId &&
    Date.parse(next.createdAt) - Date.parse(last.createdAt) <= albumMs &&
    [...messages, next].filter(({ text }) => text !== "").length <= 1
  );
}

const isPictures = (message: Message): boolean =>
  message.direction !== "note" &&
  message.media.length > 0 &&
  message.media.every(isPicture) &&
  !message.context &&
  !message.html &&
  !("marks" in message && message.marks.length > 0);
