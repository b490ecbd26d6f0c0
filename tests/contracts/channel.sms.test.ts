import { sms } from "../../shared/channels/sms/index.ts";
import { accountSid, sendRequest, textMessage, webhook } from "../channels/sms/samples.ts";
import { contractSamples } from "../channels/twilio/contract.ts";
import { whatsAppMessage } from "../channels/whatsapp-twilio/samples.ts";
import { describeChannel } from "./channel.ts";

describeChannel("sms", sms, {
  ...contractSamples({
    folder: "sms",
    message: textMessage,
    ofOthers: [whatsAppMessage("hello", 1)],
    unknownKinds: [
      webhook({ From: "+4915550100200", To: "rcs:brand_agent", MessageSid: "SM1", AccountSid: accountSid }),
      webhook({ From: "messenger:123", To: "+15550100001" }),
      webhook({ SmsStatus: "delivered", MessageSid: `SM${"1".repeat(32)}` }),
    ],
    request: sendRequest,
  }),
  limits: {
    text: { characters: 1_600, messages: 10 },
    pieces: [
      ["a".repeat(160), 1],
      ["a".repeat(161), 2],
      ["a".repeat(306), 2],
      ["a".repeat(307), 3],
      ["я".repeat(70), 1],
      ["я".repeat(71), 2],
      // 67 fit; a pair that does not would leave one unused.
      ["я".repeat(132), 2],
      ["я".repeat(133), 3],
    ],
    files: {
      onOneMessage: 10,
      bytes: {
        "image/jpeg": 5_000_000,
        "image/png": 5_000_000,
        "image/gif": 5_000_000,
        "image/bmp": 500_000,
        "image/tiff": 500_000,
        "image/heic": 500_000,
        "audio/*": 500_000,
        "video/*": 500_000,
        "text/vcard": 500_000,
        "text/x-vcard": 500_000,
        "text/csv": 500_000,
        "text/calendar": 500_000,
        "application/pdf": 500_000,
      },
      together: { bytes: 5_000_000 },
      captionCharacters: 1_600,
    },
    needsConsent: true,
    optOut: true,
    telephone: true,
    rates: [[1, 1, "inbox"]],
    addresses: { reachable: ["+4915112345678"], unreachable: ["12345", "4915112345678", "+0151", "SHOP"] },
  },
});
