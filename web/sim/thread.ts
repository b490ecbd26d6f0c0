import { abilitiesOf, addressOn, threadKey, type Inbox } from "./apps.ts";
import type { Memory, Person, SentFile } from "./memory.ts";
import type { Received } from "./router-side.ts";

/** One message of a thread, as a phone shows it. */
export interface Entry {
  providerId: string;
  isOwn: boolean;
  text: string;
  at: string;
  /** of the business */
  media: NonNullable<Received["media"]>;
  /** of the customer */
  file?: SentFile;
  /** answers that can be chosen now */
  choices: string[];
  /** the customer's */
  reaction?: string;
  isEdited?: boolean;
  isDeleted?: boolean;
}

/** What an inbox has sent to somebody. */
export const receivedFrom = (inbox: Inbox, items: Received[]): Received[] =>
  items.filter(({ channel, from }) => channel === inbox.channel && from === inbox.address);

/** What somebody and the business wrote to each other by one inbox, oldest first. */
export function threadOf(inbox: Inbox, person: Person, memory: Memory, items: Received[]): Entry[] {
  const own = addressOn(inbox.channel, person);
  const sent = memory.messages
    .filter((message) => message.inbox === inbox.id && message.from === own)
    .map((message) => ({ ...message, isOwn: true, media: [], choices: [] }));
  const received = receivedFrom(inbox, items).map((item) => ({
    providerId: item.providerId,
    isOwn: false,
    text: item.text,
    at: item.at,
    media: item.media ?? [],
    choices: item.buttons ?? [],
  }));
  const entries = [...sent, ...received].toSorted((one, other) => one.at.localeCompare(other.at));
  const { keepsChoices } = abilitiesOf(inbox);
  return entries.map((entry, position) => ({
    ...entry,
    choices: keepsChoices || position === entries.length - 1 ? entry.choices : [],
    reaction: memory.reactions[entry.providerId],
  }));
}

/** How many messages of these inboxes nobody has looked at. */
export const unseenIn = (inboxes: Inbox[], person: Person, { seen }: Pick<Memory, "seen">, items: Received[]): number =>
  inboxes
    .map((inbox) => {
      const received = receivedFrom(inbox, items);
      const last = seen[threadKey(inbox, person)];
      return received.length - 1 - received.findIndex(({ providerId }) => providerId === last);
    })
    .reduce((sum, count) => sum + count, 0);
