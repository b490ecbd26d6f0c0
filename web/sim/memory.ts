/** A text that one of these phones has sent. */
export interface SentText {
  from: string;
  to: string;
  text: string;
  at: string;
}

/** What the phones of this tab remember; the router's side knows only what it sent. */
export interface Memory {
  /** numbers, E.164 */
  phones: string[];
  sent: SentText[];
}

const key = "switchyard.phones";
const firstPhones = ["+4915112345678", "+12025550142", "+8613812345678"];

/** @returns three phones where nothing readable was kept */
export function remember(storage: Pick<Storage, "getItem">): Memory {
  const kept = storage.getItem(key);
  const start: Memory = { phones: firstPhones, sent: [] };
  if (kept === null) return start;
  try {
    return { ...start, ...(JSON.parse(kept) as Memory) };
  } catch {
    return start;
  }
}

export const keep = (storage: Pick<Storage, "setItem">, memory: Memory): void =>
  storage.setItem(key, JSON.stringify(memory));
