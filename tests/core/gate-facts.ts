import type { SendFacts } from "../../shared/core/canSend.ts";
import type { Capabilities, MediaLimits } from "../../shared/core/capabilities.ts";
import type { Inbox } from "../../shared/core/inbox.ts";

/* A message that goes out, and what about it may be otherwise. */

export const at = "2026-03-04T10:00:00.000Z";
const now = Date.parse(at);
export const hour = 3_600_000;
export const ago = (milliseconds: number): string => new Date(now - milliseconds).toISOString();

export const capabilities: Capabilities = {
  text: { maxCharacters: 40, maxParts: 2 },
  media: {
    maxCount: 2,
    types: [
      { pattern: "image/jpeg", maxBytes: 1024 * 1024 },
      { pattern: "image/*", maxBytes: 512 * 1024 },
    ],
    maxCaptionCharacters: 10,
  },
  reachableAddress: "^(\\+\\d{7,15}|DE\\.\\d+)$",
  quickReplies: { maxCount: 2, maxCharacters: 8 },
  telephone: true,
  subjects: false,
};
export const inbox: Inbox = { id: "main", channel: "sms", address: "+15005550006" };
export const identity = { optOuts: {}, evidence: [{ kind: "first-contact", at }] } satisfies SendFacts["identity"];
export const facts: SendFacts = {
  text: "Your parcel is on its way.",
  files: [],
  quickReplies: [],
  isAutomatic: false,
  address: "+4915112345678",
  inboxId: "main",
  inbox,
  identity,
  capabilities,
  templates: [],
  lastInboundAt: ago(hour),
  spentMicros: 0,
  now,
};
export const withChannel = (change: Partial<Capabilities>): Partial<SendFacts> => ({
  capabilities: { ...capabilities, ...change },
});
export const withMedia = (change: Partial<MediaLimits>): Partial<SendFacts> =>
  withChannel({ media: { ...capabilities.media, ...change } });
export const withInbox = (change: Partial<Inbox>): Partial<SendFacts> => ({ inbox: { ...inbox, ...change } });

export const imported = { optOuts: {}, evidence: [{ kind: "imported", at }] } satisfies SendFacts["identity"];
export const picture = { contentType: "image/png", bytes: 1000, name: "a.png" };
export const windowed = withChannel({ window: { hours: 24 }, templates: true });
export const forPeople = withChannel({ window: { hours: 24, humanAgentHours: 168 } });
export const template = { id: "hello", name: "hello_1", language: "en", parameters: ["Anna"] };
export const templates = [{ id: "hello", parameters: ["name"] }];
export const night = { from: "21:00", to: "08:00", timeZone: "Europe/Berlin" };
export const spendCap = {
  perDayMicros: 1_000_000,
  currency: "EUR",
  priceMicros: [
    { prefix: "", micros: 400_000 },
    { prefix: "+49", micros: 300_000 },
    { prefix: "+4915", micros: 200_000 },
  ],
};
export const countries = [
  { prefix: "+1", allowed: true },
  { prefix: "+1876", allowed: false },
  { prefix: "+49", allowed: true },
];
