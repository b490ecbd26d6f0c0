import type { Person } from "./memory.ts";

/** A way to reach the business, as the router lists it. */
export interface Inbox {
  id: string;
  channel: string;
  address: string;
  name?: string;
  provider?: string;
}

/** One app of a phone. */
export interface App {
  channel: string;
  title: string;
  inboxes: Inbox[];
}

const titles: Record<string, string> = {
  sms: "Texts",
  whatsapp: "WhatsApp",
  messenger: "Messenger",
  instagram: "Instagram",
  telegram: "Telegram",
};

/** Those by which the business can be reached. */
export const appsOf = (inboxes: Inbox[]): App[] =>
  Object.entries(titles)
    .map(([channel, title]) => ({ channel, title, inboxes: inboxes.filter((inbox) => inbox.channel === channel) }))
    .filter((app) => app.inboxes.length > 0);

/** What the field to write in is called. */
export const messageName = ({ channel, title }: App): string => `${channel === "sms" ? "Text" : title} message`;

/** What somebody can do in an app beside writing and sending files. */
export interface Abilities {
  /** reactions, and answers to one message */
  reacts: boolean;
  edits: boolean;
  deletes: "deletes" | "unsends" | null;
  sendsPlace: boolean;
  /** tells that messages were read when they are looked at; WhatsApp does so by itself */
  marksRead: boolean;
  /** where answers to choose from stay when others have written since */
  keepsChoices: boolean;
}

const none: Abilities = {
  reacts: false,
  edits: false,
  deletes: null,
  sendsPlace: false,
  marksRead: false,
  keepsChoices: false,
};
const social: Abilities = { ...none, reacts: true, edits: true, sendsPlace: true };

const abilities: Record<string, Abilities> = {
  whatsapp: { ...social, deletes: "deletes", keepsChoices: true },
  messenger: { ...social, marksRead: true },
  instagram: { ...social, sendsPlace: false, deletes: "unsends", marksRead: true },
  telegram: social,
};

/** Twilio tells of no more than texts and files. */
export const abilitiesOf = ({ channel, provider }: Inbox): Abilities =>
  (provider === undefined && abilities[channel]) || none;

/** By what the business knows somebody there. */
export function addressOn(channel: string, { phone, mail }: Person): string {
  const digits = phone.slice(1);
  switch (channel) {
    case "email":
      return mail;
    case "messenger":
      return `1${digits}`;
    case "instagram":
      return `2${digits}`;
    case "telegram":
      return `5${digits}`;
    case "custom":
      return `C-${digits.slice(-8)}`;
    default:
      return phone;
  }
}

/** All of them, for whoever looks what has come. */
export const addressesOf = (person: Person): string[] =>
  ["sms", "email", "messenger", "instagram", "telegram", "custom"].map((channel) => addressOn(channel, person));

/** What tells one thread of somebody's from all others. */
export const threadKey = ({ id, channel }: Inbox, person: Person): string => `${addressOn(channel, person)} ${id}`;

/** How people tell an app's inboxes apart. */
export function inboxLabel({ id, channel, address, name }: Inbox): string {
  if (channel === "sms") return address;
  if (channel === "telegram") return `@${address}`;
  return name === undefined ? id : `${name} (${id})`;
}
