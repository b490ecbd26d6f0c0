import type { MessageListInstanceCreateOptions } from "twilio/lib/rest/api/v2010/account/message.js";
import { HttpNotSent, HttpOutcomeUnknown } from "../../ports/http.ts";
import type { ChannelPorts, SendRequest, SendResult } from "../channel.ts";
import { accountOf } from "./account.ts";
import { messageList, TwilioRefusal } from "./api.ts";
import { withPrefix, type Carriage } from "./carriage.ts";
import { sendErrorOf } from "./errors.ts";

const retryAfterMs = { notReached: 1_000, throttled: 1_000, credentials: 30_000 };

/**
 * Hands one message to Twilio, once.
 *
 * A template is named by its ContentSid, and its gaps are numbered from 1; text and files then have no place beside it.
 *
 * @see https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
 * @throws when the secret can't be used
 */
export async function send(
  request: SendRequest,
  { http }: Pick<ChannelPorts, "http">,
  carriage: Carriage,
): Promise<SendResult> {
  const from = request.inbox.address;
  const account = accountOf(request.secret, from);
  if (!account)
    return {
      outcome: "notSent",
      retryAfterMs: retryAfterMs.credentials,
      error: {
        code: "no-account",
        message: `No Twilio account lists the number ${from}. Add it to "numbers" in the Twilio secret.`,
      },
    };
  try {
    const message = await messageList(account, http).create({
      to: withPrefix(request.to, carriage),
      from: withPrefix(from, carriage),
      ...contentOf(request),
      ...(request.statusUrl !== null && { statusCallback: request.statusUrl }),
    });
    return { outcome: "sent", providerId: message.sid };
  } catch (error) {
    if (error instanceof TwilioRefusal) return outcomeOfRefusal(error);
    if (error instanceof HttpNotSent)
      return {
        outcome: "notSent",
        error: { code: "not-reached", message: "Twilio could not be reached." },
        retryAfterMs: retryAfterMs.notReached,
      };
    if (error instanceof HttpOutcomeUnknown)
      return {
        outcome: "unknown",
        error: { code: "no-answer", message: "Twilio did not say whether it took the message." },
      };
    throw error;
  }
}

function contentOf({ text, media, template }: SendRequest): Partial<MessageListInstanceCreateOptions> {
  if (template) {
    const variables = Object.fromEntries(template.parameters.map((value, index) => [String(index + 1), value]));
    return { contentSid: template.name, contentVariables: JSON.stringify(variables) };
  }
  return {
    ...(text !== "" && { body: text }),
    ...(media.length > 0 && { mediaUrl: media.map(({ url }) => url) }),
  };
}

function outcomeOfRefusal(refusal: TwilioRefusal): SendResult {
  const { status, code } = refusal;
  const error = sendErrorOf(code, { code: "refused", message: `Twilio refused the message with status ${status}.` });
  // Requests that get 429 are not processed (https://www.twilio.com/docs/api/errors/20429).
  if (status === 429)
    return {
      outcome: "notSent",
      error: sendErrorOf(code ?? "20429", error),
      retryAfterMs: refusal.retryAfterMs ?? retryAfterMs.throttled,
    };
  // A person can renew the secret, so the reply waits (and is parked in the end) rather than fails for good.
  if (status === 401)
    return { outcome: "notSent", error: sendErrorOf(code ?? "20003", error), retryAfterMs: retryAfterMs.credentials };
  const surelyNotTaken = status >= 400 && status < 500 && status !== 408;
  if (surelyNotTaken) return { outcome: "refused", error };
  return {
    outcome: "unknown",
    error: { ...error, code: "no-answer", message: `Twilio answered ${status}: it may have taken the message.` },
  };
}
