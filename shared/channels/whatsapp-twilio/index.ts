import { limits } from "../../core/limits.ts";
import type { Channel } from "../channel.ts";
import { messengerWords } from "../opt-out-words.ts";
import { broughtNumber, e164, mobileForms, whatsAppUserId } from "../phone-forms.ts";
import { twilioChannel } from "../twilio/index.ts";
import { contentOf } from "./content.ts";

/** Pictures; everything else may have 16 MB. */
const maxPictureBytes = 5_000_000;
const maxOtherBytes = 16_000_000;

/** WhatsApp by Twilio. */
export const whatsappTwilio: Channel = twilioChannel({
  channel: "whatsapp",
  inboxAddress: {
    pattern: /^\+[1-9]\d{6,14}$/,
    expected: 'a number in E.164 form without "whatsapp:", such as "+15005550010"',
  },
  provider: "twilio",
  prefix: "whatsapp",
  optOutWords: messengerWords,
  contentOf,
  capabilities: {
    // WhatsApp Business Messaging Policy: only people who gave their number and agreed may be written to.
    needsConsent: true,
    text: { maxCharacters: 1600, maxParts: limits.maxReplyParts },
    media: {
      maxCount: 1,
      types: [
        ...["image/jpeg", "image/png"].map((pattern) => ({ pattern, maxBytes: maxPictureBytes })),
        { pattern: "video/mp4", maxBytes: maxOtherBytes },
        ...[
          "audio/ogg",
          "audio/amr",
          "audio/3gpp",
          "audio/aac",
          "audio/mpeg",
          "text/vcard",
          "application/pdf",
          "application/msword",
          "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          "application/vnd.openxmlformats-officedocument.presentationml.presentation",
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ].map((pattern) => ({ pattern, maxBytes: maxOtherBytes, withoutCaption: true as const })),
      ],
      maxCaptionCharacters: 1024,
    },
    telephone: true,
    rates: [{ messages: 80, seconds: 1, per: "inbox" }],
    sameAddress: mobileForms,
    reachableAddress: `${e164}|${whatsAppUserId}`,
    window: { hours: 24 },
    templates: true,
    subjects: false,
    broughtAddress: broughtNumber,
  },
});
