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
}

const key = "switchyard.people";

const firstPeople: Person[] = [
  { name: "Anna Schmidt", phone: "+4915112345678", mail: "anna@customer.test" },
  { name: "James Miller", phone: "+12025550142", mail: "james@customer.test" },
  { name: "李娜", phone: "+8613812345678", mail: "lina@customer.test" },
];

/** @returns three people where nothing readable was kept */
export function remember(storage: Pick<Storage, "getItem">): Memory {
  const start: Memory = { people: firstPeople, texts: [], mails: [] };
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
