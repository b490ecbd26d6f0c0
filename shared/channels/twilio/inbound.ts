import type { Configuration } from "../../core/configuration.ts";
import type { Ignored, InboundMessage, StatusUpdate } from "../../core/message.ts";
import { ignored, InvalidWebhook, type Parsed, type WebhookRequest } from "../channel.ts";
import { prefixOf, sender, withoutPrefix, type Carriage } from "./carriage.ts";
import { sendErrorOf, undelivered } from "./errors.ts";
import { unknownOf } from "./fields.ts";
import { filesOf } from "./files.ts";
import { isForm, optional, readForm, required, type Form } from "./form.ts";
import { optOutWordOf } from "../opt-out-words.ts";
import { optOutTypeOf } from "./keywords.ts";
import { statuses } from "./statuses.ts";

export const messagesPath = /^\/webhooks\/twilio\/messages$/;
export const statusPath = /^\/webhooks\/twilio\/status\/([^/]+)$/;

const messageSid = /^(SM|MM)[0-9a-fA-F]{32}$/;
const accountSid = /^AC[0-9a-fA-F]{32}$/;
const sendId = /^snd_[0-9a-z]{26}$/;
const recipient = { pattern: /^(\+[1-9]\d{1,14}|\d{3,8})$/, expected: "a phone number or a short code" };
const prefixesCarried: string[] = ["", "whatsapp"] satisfies Carriage["prefix"][];

/**
 * @see https://www.twilio.com/docs/messaging/guides/webhook-request
 * @see https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 * @returns undefined where the request is about another kind of messages
 * @throws InvalidWebhook naming the field at fault
 */
export function parse(request: WebhookRequest, config: Configuration, carriage: Carriage): Parsed[] | undefined {
  if (!isForm(request)) throw new InvalidWebhook("Content-Type is not application/x-www-form-urlencoded");
  const form = readForm(request.body);
  const send = statusPath.exec(request.path)?.[1];
  const [from, to] = [optional(form, "From") ?? "", optional(form, "To") ?? ""];
  const prefix = send === undefined ? prefixOf(to, from) : prefixOf(from, to);
  if (prefix !== carriage.prefix) {
    // What nobody carries is told by whoever has the plain numbers, so that it is told once.
    const isNobodys = !prefixesCarried.includes(prefix) && carriage.prefix === "";
    return isNobodys ? [ignored(`channel ${prefix} is not built`)] : undefined;
  }
  return [send === undefined ? parseMessage(form, config, carriage) : parseStatus(form, send, config, carriage)];
}

function parseMessage(form: Form, config: Configuration, carriage: Carriage): InboundMessage | Ignored {
  const status = optional(form, "MessageStatus") ?? optional(form, "SmsStatus") ?? "received";
  if (status !== "received" && status !== "receiving")
    return ignored("a send's status on the webhook for messages: it does not say which send");

  const providerId = messageSidOf(form);
  const account = required(form, "AccountSid", accountSid, "an account's SID");
  const from = address(form, "From", sender, carriage);
  const to = address(form, "To", recipient, carriage);
  // U+0000 says nothing, and many a tool that a text ends up in cuts it off there.
  const body = (optional(form, "Body") ?? "").replaceAll("\0", "");
  const content = carriage.contentOf(form, body);
  if ("reason" in content) return content;
  const optOut = optOutTypeOf(optional(form, "OptOutType")) ?? optOutWordOf(body, carriage.optOutWords);
  return {
    ...addressed({ accountId: account, providerId, from, to }, config, carriage),
    ...content,
    media: filesOf(form),
    ...(optOut && { optOut }),
    ...unknownOf(form),
  };
}

/** Whose message it is and where it was sent, in our words; addresses without their prefix. */
export function addressed(
  { accountId, providerId, from, to }: { accountId: string; providerId: string; from: string; to: string },
  config: Configuration,
  { channel, provider }: Carriage,
): Omit<InboundMessage, "text" | "media"> {
  return {
    kind: "message",
    channel,
    accountId,
    providerId,
    from,
    inboxId: inboxIdAt(to, config, { channel, provider }),
  };
}

/** A number that router.yaml does not name yet is an inbox of its own: the message is kept, and only a reply has no way back. */
const inboxIdAt = (
  number: string,
  { inboxes }: Configuration,
  { channel, provider }: Pick<Carriage, "channel" | "provider">,
): string =>
  inboxes.find((each) => each.channel === channel && each.provider === provider && each.address === number)?.id ??
  number;

interface Expected {
  pattern: RegExp;
  /** follows "is not" */
  expected: string;
}

function address(form: Form, name: string, { pattern, expected }: Expected, carriage: Carriage): string {
  const value = withoutPrefix(required(form, name, /^/, expected), carriage);
  if (value === undefined || !pattern.test(value)) throw new InvalidWebhook(`${name} is not ${expected}`);
  return value;
}

function parseStatus(form: Form, send: string, config: Configuration, carriage: Carriage): StatusUpdate | Ignored {
  if (!sendId.test(send)) throw new InvalidWebhook("sendId in the path is not one of ours");
  const providerId = messageSidOf(form);
  required(form, "AccountSid", accountSid, "an account's SID");
  const name = required(form, "MessageStatus", /^[a-z_-]{1,40}$/, "a status");
  const status = statuses.get(name);
  if (!status) return ignored(`status ${name} is none that we know`);
  // Of two accounts of ours each reports on its own numbers' messages alone (signature.ts), whatever ids it has come by.
  const from = withoutPrefix(optional(form, "From") ?? "", carriage);
  const of = { sendId: send, providerId, ...(from && { inboxId: inboxIdAt(from, config, carriage) }) };
  const update: StatusUpdate = { kind: "status", of, status };
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
