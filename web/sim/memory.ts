/** Somebody whom the page lets you be. */
export interface Person {
  name: string;
  /** E.164 */
  phone: string;
  mail: string;
}

/** A text that one of these phones has sent. */
export interface SentText {
  from: string;
  to: string;
  text: string;
  at: string;
}

/** A mail that one of these people has sent. */
export interface SentMail extends SentText {
  subject: string;
}

/** What this tab remembers of its people; the router's side knows only what it sent. */
export interface Memory {
  people: Person[];
  texts: SentText[];
  mails: SentMail[];
  /** mail addresses of those who are signed in to the shop */
  signedIn: string[];
  /** Who is whom in this tab's shop; another tab has browsers of its own. */
  tab: string;
}

const key = "switchyard.people";

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
  const start: Memory = { people: firstPeople, texts: [], mails: [], signedIn: [], tab };
  const kept = storage.getItem(key);
  if (kept === null) return start;
  try {
    return { ...start, ...(JSON.parse(kept) as Memory) };
  } catch {
    return start;
  }
}

export const keep = (storage: Pick<Storage, "setItem">, memory: Memory): void =>
  storage.setItem(key, JSON.stringify(memory));
