import { whatsappTwilio } from "../../shared/channels/whatsapp-twilio/index.ts";
import { textMessage } from "../channels/sms/samples.ts";
import { contractSamples } from "../channels/twilio/contract.ts";
import { whatsAppMessage, whatsAppRequest, whatsAppWebhook } from "../channels/whatsapp-twilio/samples.ts";
import { describeChannel } from "./channel.ts";

/** What can't have a text on its own message. */
const wordless = [
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
];

describeChannel("whatsapp by Twilio", whatsappTwilio, {
  ...contractSamples({
    folder: "whatsapp-twilio",
    message: whatsAppMessage,
    ofOthers: [textMessage("hello", 1)],
    unknownKinds: [
      whatsAppWebhook({ SmsStatus: "delivered" }),
      whatsAppWebhook({ MessageType: "reaction", OriginalRepliedMessageSid: `SM${"1".repeat(32)}` }),
    ],
    request: whatsAppRequest,
  }),
  limits: {
    text: { characters: 1_600, messages: 10 },
    files: {
      onOneMessage: 1,
      bytes: {
        "image/jpeg": 5_000_000,
        "image/png": 5_000_000,
        "video/mp4": 16_000_000,
        ...Object.fromEntries(wordless.map((type) => [type, 16_000_000])),
      },
      captionCharacters: 1_024,
      withoutCaption: wordless,
    },
    window: { hours: 24 },
    templates: true,
    needsConsent: true,
    optOut: true,
    telephone: true,
    rates: [[80, 1, "inbox"]],
    addresses: {
      reachable: ["+4915112345678", "DE.13491208655302741918"],
      unreachable: ["whatsapp:+4915112345678", "+0151", "SHOP"],
    },
  },
});
