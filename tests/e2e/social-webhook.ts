import { createHmac, randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { ReadyLine } from "./child.ts";

/*
 * Providers' webhooks as a script writes and signs them that has nothing but what `npm start` prints; right, or wrong in one
 * way that a test chooses.
 */

export type Accounts = Pick<ReadyLine, "baseUrl" | "meta" | "telegram" | "custom">;

export interface SignedRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export const post = ({ url, headers, body }: SignedRequest): Promise<Response> =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });

/** @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads */
export function fromMeta(
  { baseUrl, meta }: { baseUrl: string; meta: Pick<Accounts["meta"], "appSecret"> },
  payload: unknown,
): SignedRequest {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  const signature = createHmac("sha256", meta.appSecret).update(body).digest("hex");
  return { url: `${baseUrl}/webhooks/meta`, headers: { "x-hub-signature-256": `sha256=${signature}` }, body };
}

/** @see https://core.telegram.org/bots/api#setwebhook */
export const fromTelegram = ({ baseUrl, telegram }: Accounts, update: unknown): SignedRequest => ({
  url: `${baseUrl}/webhooks/telegram/${telegram.inbox}`,
  headers: { "x-telegram-bot-api-secret-token": telegram.secretToken },
  body: typeof update === "string" ? update : JSON.stringify(update),
});

/** @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export function fromCustom({ baseUrl, custom }: Accounts, event: unknown, at = new Date()): SignedRequest {
  const body = typeof event === "string" ? event : JSON.stringify(event);
  const id = newId("evt");
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(custom.secret).sign(id, at, body),
  };
  return { url: `${baseUrl}/webhooks/custom/${custom.inbox}`, headers, body };
}

export const newId = (prefix: string): string => `${prefix}.${randomBytes(12).toString("hex")}`;

/** What a customer says on WhatsApp; without `number`, a person who shares none. */
export interface WhatsAppText {
  number?: string;
  userId?: string;
  text: string;
  id?: string;
  /** milliseconds since 1970 */
  at?: number;
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/text */
export function whatsAppChange(phoneNumberId: string, { number, userId, text, id, at = Date.now() }: WhatsAppText) {
  const waId = number?.replace(/^\+/, "");
  const from = { ...(waId && { from: waId }), ...(userId && { from_user_id: userId }) };
  const contact = { profile: { name: "A customer" }, ...(waId && { wa_id: waId }), ...(userId && { user_id: userId }) };
  const timestamp = String(Math.floor(at / 1000));
  const message = { ...from, id: id ?? newId("wamid"), timestamp, type: "text", text: { body: text } };
  return { field: "messages", value: { ...product(phoneNumberId), contacts: [contact], messages: [message] } };
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status */
export const whatsAppStatus = (phoneNumberId: string, status: { id: string; status: string; sendId?: string }) => {
  const { sendId, ...report } = status;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const statuses = [{ ...report, timestamp, ...(sendId && { biz_opaque_callback_data: sendId }) }];
  return { field: "messages", value: { ...product(phoneNumberId), statuses } };
};

const product = (phoneNumberId: string) => ({
  messaging_product: "whatsapp",
  metadata: { display_phone_number: "15005550011", phone_number_id: phoneNumberId },
});

export const whatsAppEvent = (...changes: object[]) => ({
  object: "whatsapp_business_account",
  entry: [{ id: "102290129340398", changes }],
});

/** What a customer says on Messenger (`page`) or Instagram. */
export interface MessagingText {
  from: string;
  text: string;
  id?: string;
  /** milliseconds since 1970 */
  at?: number;
}

/** @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events */
export const messagingEvent = (object: "page" | "instagram", account: string, ...texts: MessagingText[]) => ({
  object,
  entry: [
    {
      id: account,
      time: Date.now(),
      messaging: texts.map(({ from, text, id, at = Date.now() }) => ({
        sender: { id: from },
        recipient: { id: account },
        timestamp: at,
        message: { mid: id ?? newId("m"), text },
      })),
    },
  ],
});

let updates = 0;

/** @see https://core.telegram.org/bots/api#update */
export function telegramUpdate({ from, text, at = Date.now() }: Omit<MessagingText, "from"> & { from: number }) {
  updates += 1;
  return {
    update_id: updates,
    message: {
      message_id: updates,
      date: Math.floor(at / 1000),
      chat: { id: from, type: "private", first_name: "A customer" },
      from: { id: from, is_bot: false, first_name: "A customer" },
      text,
    },
  };
}
