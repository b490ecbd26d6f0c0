import { sms } from "../../shared/channels/sms/index.ts";
import { accountSid, sendRequest, textMessage, webhook } from "../channels/sms/samples.ts";
import { contractSamples } from "../channels/twilio/contract.ts";
import { whatsAppMessage } from "../channels/whatsapp-twilio/samples.ts";
import { describeChannel } from "./channel.ts";

describeChannel(
  "sms",
  sms,
  contractSamples({
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
);
