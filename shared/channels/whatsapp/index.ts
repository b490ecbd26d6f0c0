import { limits } from "../../core/limits.ts";
import type { Channel } from "../channel.ts";
import { acknowledgement, metaPaths } from "../meta/envelope.ts";
import { handshake } from "../meta/handshake.ts";
import { verify } from "../meta/signature.ts";
import { addressForms } from "./address.ts";
import { rows } from "./body.ts";
import { parse } from "./inbound.ts";
import { media } from "./media.ts";
import { lookup, send } from "./outbound.ts";

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media (supported types) */
const fileTypes = [
  ...["image/jpeg", "image/png"].map((pattern) => ({ pattern, maxBytes: 5_000_000 })),
  ...["video/mp4", "video/3gpp"].map((pattern) => ({ pattern, maxBytes: 16_000_000 })),
  ...["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"].map((pattern) => ({
    pattern,
    maxBytes: 16_000_000,
    withoutCaption: true as const,
  })),
  // A sticker that does not move; one that does may have 500 KB, which its type does not say.
  { pattern: "image/webp", maxBytes: 100_000, withoutCaption: true as const },
  ...[
    "text/plain",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  ].map((pattern) => ({ pattern, maxBytes: 100_000_000 })),
];

/** WhatsApp by Meta's own Cloud API. */
export const whatsapp: Channel = {
  name: "whatsapp",
  inboxAddress: {
    pattern: /^\d{5,20}$/,
    expected:
      'the phone number\'s id at Meta, digits alone, such as "106540352242922" (a number that Twilio carries has provider: twilio)',
  },
  secretName: "meta",
  capabilities: {
    ...addressForms,
    // WhatsApp Business Messaging Policy: only people who gave their number and agreed may be written to.
    needsConsent: true,
    text: { maxCharacters: 4096, maxParts: limits.maxReplyParts },
    media: { maxCount: 1, types: fileTypes, maxCaptionCharacters: 1024 },
    telephone: true,
    rates: [
      { messages: 80, seconds: 1, per: "inbox" },
      { messages: 1, seconds: 6, per: "address" },
    ],
    window: { hours: 24 },
    templates: true,
    quickReplies: rows,
    namesProviderIds: true,
    subjects: false,
  },
  webhook: {
    paths: metaPaths,
    verify,
    handshake,
    parse,
    acknowledgement,
    // Reports come to the one webhook, with what the message was sent with.
    statusPath: () => null,
  },
  send,
  lookup,
  media,
};
