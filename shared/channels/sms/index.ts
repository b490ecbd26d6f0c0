import { broughtNumber, e164, mobileForms } from "../phone-forms.ts";
import { limits } from "../../core/limits.ts";
import type { Channel } from "../channel.ts";
import { textWords } from "../twilio/keywords.ts";
import { twilioChannel } from "../twilio/index.ts";
import { segmentSizes } from "./segments.ts";

/** Of files that Twilio brings to a form that the phone takes; all files of a message together. */
const maxPictureBytes = 5_000_000;
/** Of the others, which go out as they are: what Twilio's message resource says that each takes. */
const maxOtherBytes = 500_000;

/** SMS and MMS by Twilio. */
export const sms: Channel = twilioChannel({
  channel: "sms",
  inboxAddress: {
    // ITU-T E.164: a plus sign and at most 15 digits, the first of them not 0.
    pattern: /^(\+[1-9]\d{6,14}|\d{3,8})$/,
    expected: 'a number in E.164 form, such as "+15005550006", or a short code of 3 to 8 digits',
  },
  prefix: "",
  optOutWords: textWords,
  contentOf: (_, text) => ({ text }),
  capabilities: {
    // Twilio Messaging Policy, "Consent / Opt-in": whoever was not written to first by the recipient must have asked them.
    needsConsent: true,
    text: { maxCharacters: 1600, maxParts: limits.maxReplyParts, segments: segmentSizes },
    media: {
      maxCount: 10,
      maxTotalBytes: maxPictureBytes,
      types: [
        ...["image/jpeg", "image/png", "image/gif"].map((pattern) => ({ pattern, maxBytes: maxPictureBytes })),
        ...[
          "image/bmp",
          "image/tiff",
          "image/heic",
          "audio/*",
          "video/*",
          "text/vcard",
          "text/x-vcard",
          "text/csv",
          "text/calendar",
          "application/pdf",
        ].map((pattern) => ({ pattern, maxBytes: maxOtherBytes })),
      ],
      maxCaptionCharacters: 1600,
    },
    telephone: true,
    // A long code of the United States; what is above waits in Twilio's queue.
    rates: [{ messages: 1, seconds: 1, per: "inbox" }],
    sameAddress: mobileForms,
    subjects: false,
    // Short codes, long codes without a country and senders' names only send.
    reachableAddress: e164,
    broughtAddress: broughtNumber,
  },
});
