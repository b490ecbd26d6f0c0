import type { Configuration } from "../../core/configuration.ts";
import type { Ignored, InboundMessage, MediaReference, StatusUpdate } from "../../core/message.ts";
import { InvalidWebhook, type Parsed, type WebhookRequest } from "../channel.ts";
import { sendErrorOf, undelivered } from "../twilio/errors.ts";
import { isForm, optional, readForm, required, type Form } from "../twilio/form.ts";
import { optOutTypeOf, optOutWordOf } from "../twilio/keywords.ts";

export const messagesPath = /^\/webhooks\/twilio\/messages$/;
export const statusPath = /^\/webhooks\/twilio\/status\/([^/]+)$/;

const messageSid = /^(SM|MM)[0-9a-fA-F]{32}$/;
const accountSid = /^AC[0-9a-fA-F]{32}$/;
const sendId = /^snd_[0-9a-z]{26}$/;
/** E.164, a short code, or a sender's name (3GPP TS 23.040, 9.1.2.5: at most 11 characters). */
const sender = /^(\+[1-9]\d{1,14}|\d{3,8}|[A-Za-z0-9 &_+.-]{1,11})$/;
const recipient = /^(\+[1-9]\d{1,14}|\d{3,8})$/;
/** `whatsapp:+1…`, `messenger:…`, `rcs:…`: a channel of its own behind the same webhook. */
const prefixedAddress = /^([a-z]+):/;
/** Twilio takes at most ten attachments a message (webhook-request page). */
const mediaCount = /^(\d|10)$/;

/** What became of a send, in Twilio's words; the rest says that it is still under way. */
const statuses = new Map<string, StatusUpdate["status"]>([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["undelivered", "failed"],
  ["failed", "failed"],
  ["canceled", "failed"],
]);

/**
 * @see https://www.twilio.com/docs/messaging/guides/webhook-request
 * @see https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 * @throws InvalidWebhook naming the field at fault
 */
export function parse(request: WebhookRequest, config: Configuration): Parsed[] {
  if (!isForm(request)) throw new InvalidWebhook("Content-Type is not application/x-www-form-urlencoded");
  const form = readForm(request.body);
  const send = statusPath.exec(request.path)?.[1];
  return [send === undefined ? parseMessage(form, config) : parseStatus(form, send)];
}

function parseMessage(form: Form, config: Configuration): InboundMessage | Ignored {
  const otherChannel = channelNotBuilt(form);
  if (otherChannel) return otherChannel;
  const status = optional(form, "MessageStatus") ?? optional(form, "SmsStatus") ?? "received";
  if (status !== "received" && status !== "receiving")
    return ignored("a send's status on the webhook for messages: it does not say which send");

  const providerId = messageSidOf(form);
  const account = required(form, "AccountSid", accountSid, "an account's SID");
  const from = required(form, "From", sender, "a phone number, a short code or a sender's name");
  const to = required(form, "To", recipient, "a phone number or a short code");
  // U+0000 says nothing, and many a tool that a text ends up in cuts it off there.
  const text = (optional(form, "Body") ?? "").replaceAll("\0", "");
  const optOut = optOutTypeOf(optional(form, "OptOutType")) ?? optOutWordOf(text);
  return {
    kind: "message",
    channel: "sms",
    accountId: account,
    providerId,
    from,
    inboxId: inboxIdOf(to, config),
    text,
    media: mediaOf(form),
    ...(optOut && { optOut }),
  };
}

/** A number that router.yaml does not name yet is an inbox of its own: the message is kept, and only a reply has no way back. */
const inboxIdOf = (number: string, config: Configuration): string =>
  config.inboxes.find((inbox) => inbox.channel === "sms" && inbox.address === number)?.id ?? number;

function mediaOf(form: Form): MediaReference[] {
  const count = form.has("NumMedia") ? Number(required(form, "NumMedia", mediaCount, "a number from 0 to 10")) : 0;
  return Array.from({ length: count }, (_, index) => ({
    url: required(form, `MediaUrl${index}`, /^https:\/\/[^\s]+$/, "an https URL"),
    contentType: optional(form, `MediaContentType${index}`) ?? "application/octet-stream",
  }));
}

function parseStatus(form: Form, send: string): StatusUpdate | Ignored {
  if (!sendId.test(send)) throw new InvalidWebhook("sendId in the path is not one of ours");
  const otherChannel = channelNotBuilt(form);
  if (otherChannel) return otherChannel;
  const providerId = messageSidOf(form);
  required(form, "AccountSid", accountSid, "an account's SID");
  const name = required(form, "MessageStatus", /^[a-z_-]{1,40}$/, "a status");
  const status = statuses.get(name);
  if (!status) return ignored(`status ${name} says nothing new about a send`);
  const update: StatusUpdate = { kind: "status", of: { sendId: send, providerId }, status };
  return status === "failed" ? { ...update, error: sendErrorOf(optional(form, "ErrorCode"), undelivered) } : update;
}

/** SmsSid is the older name of the same id. */
const messageSidOf = (form: Form): string =>
  required(
    form,
    form.has("SmsSid") && !form.has("MessageSid") ? "SmsSid" : "MessageSid",
    messageSid,
    "a message's SID",
  );

function channelNotBuilt(form: Form): Ignored | undefined {
  const prefix = ["From", "To"].map((name) => prefixedAddress.exec(optional(form, name) ?? "")?.[1]).find(Boolean);
  return prefix ? ignored(`channel ${prefix} is not built`) : undefined;
}

const ignored = (reason: string): Ignored => ({ kind: "ignored", reason });
