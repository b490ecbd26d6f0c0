import { whatsappTwilio } from "../../shared/channels/whatsapp-twilio/index.ts";
import { textMessage } from "../channels/sms/samples.ts";
import { contractSamples } from "../channels/twilio/contract.ts";
import { whatsAppMessage, whatsAppRequest, whatsAppWebhook } from "../channels/whatsapp-twilio/samples.ts";
import { describeChannel } from "./channel.ts";

describeChannel(
  "whatsapp by Twilio",
  whatsappTwilio,
  contractSamples({
    folder: "whatsapp-twilio",
    message: whatsAppMessage,
    ofOthers: [textMessage("hello", 1)],
    unknownKinds: [
      whatsAppWebhook({ SmsStatus: "delivered" }),
      whatsAppWebhook({ MessageType: "reaction", OriginalRepliedMessageSid: `SM${"1".repeat(32)}` }),
    ],
    request: whatsAppRequest,
  }),
);
