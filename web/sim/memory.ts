/** Somebody whom the page lets you be. */
export interface Person {
  name: string;
  /** E.164 */
  phone: string;
  mail: string;
}

/** What one of these phones has sent. */
export interface SentMessage {
  /** the inbox's id */
  inbox: string;
  /** what the provider calls it */
  providerId: string;
  from: string;
  text: string;
  at: string;
  file?: SentFile;
  isEdited?: boolean;
  isDeleted?: boolean;
}

export interface SentFile {
  name: string;
  /** `data:` URL of a small copy, of pictures */
  thumbnail?: string;
}

/** A mail that one of these people has sent. */
export interface SentMail {
  from: string;
  to: string;
  subject: string;
  text: string;
  at: string;
}

/** What this tab remembers of its people; the router's side knows only what it sent. */
export interface Memory {
  people: Person[];
  /** oldest first */
  messages: SentMessage[];
  mails: SentMail[];
  /** emoji by the message's provider id; empty where it was taken back */
  reactions: Record<string, string>;
  /** by thread, the provider id of the last message that somebody has looked at */
  seen: Record<string, string>;
  /** mail addresses of those who are signed in to the shop */
  signedIn: string[];
  /** Who is whom in this tab's shop; another tab has browsers of its own. */
  tab: string;
}

const key = "switchyard.people";

/** With their small copies of pictures they fit into what a browser keeps for a tab. */
const maxMessages = 200;

const firstPeople: Person[] = [
  { name: "Anna Schmidt", phone: "+4915112345678", mail: "anna@customer.test" },
  { name: "James Miller", phone: "+12025550142", mail: "james@customer.test" },
  { name: "李娜", phone: "+8613812345678", mail: "lina@customer.test" },
];

/**
 * @param tab what to call this tab where nothing was kept
 * @returns three people where nothing readable was kept
 */
export function remember(storage: Pick<Storage, "getItem">, tab: string): Memory {
  const start: Memory = { people: firstPeople, messages: [], mails: [], reactions: {}, seen: {}, signedIn: [], tab };
  const kept = storage.getItem(key);
  if (kept === null) return start;
  try {
    return { ...start, ...(JSON.parse(kept) as Memory) };
  } catch {
    return start;
  }
}

export const keep = (storage: Pick<Storage, "setItem">, memory: Memory): void =>
  storage.setItem(key, JSON.stringify({ ...memory, messages: memory.messages.slice(-maxMessages) }));
