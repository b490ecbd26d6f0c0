import type { SendRequest, WebhookRequest } from "../../../shared/channels/channel.ts";
import { accountSid, customer, secret, sendRequest, webhook, type Fields } from "../sms/samples.ts";

const ourNumber = "+15550100005";
export const inbox = { id: "whatsapp-ours", channel: "whatsapp", provider: "twilio", address: ourNumber };
const { authToken } = secret.accounts[0]!;

/** A message on WhatsApp, as Twilio tells of it. */
export const whatsAppWebhook = (fields: Fields): WebhookRequest =>
  webhook({
    MessageSid: `SM${"1".repeat(32)}`,
    AccountSid: accountSid,
    From: `whatsapp:${customer}`,
    To: `whatsapp:${ourNumber}`,
    Body: "",
    NumMedia: "0",
    SmsStatus: "received",
    ...fields,
  });

export const whatsAppMessage = (text: string, id: number): WebhookRequest =>
  whatsAppWebhook({ MessageSid: `SM${id.toString(16).padStart(32, "0")}`, Body: text, MessageType: "text" });

export const whatsAppRequest: SendRequest = {
  ...sendRequest,
  inbox,
  secret: { accounts: [{ accountSid, authToken, numbers: [ourNumber] }] },
};
