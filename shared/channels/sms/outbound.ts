import { HttpNotSent, HttpOutcomeUnknown } from "../../ports/http.ts";
import type { ChannelPorts, SendRequest, SendResult } from "../channel.ts";
import { accountOf } from "../twilio/account.ts";
import { messageList, TwilioRefusal } from "../twilio/api.ts";
import { sendErrorOf } from "../twilio/errors.ts";

const retryAfterMs = { notReached: 1_000, throttled: 1_000, credentials: 30_000 };

/**
 * Hands one text to Twilio, once.
 *
 * @see https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
 * @throws when the secret can't be used
 */
export async function send(request: SendRequest, { http }: Pick<ChannelPorts, "http">): Promise<SendResult> {
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
      to: request.to,
      from,
      body: request.text,
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
        error: { code: "no-answer", message: "Twilio did not say whether it took the text." },
      };
    throw error;
  }
}

function outcomeOfRefusal(refusal: TwilioRefusal): SendResult {
  const { status, code } = refusal;
  const error = sendErrorOf(code, { code: "refused", message: `Twilio refused the text with status ${status}.` });
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
    error: { ...error, code: "no-answer", message: `Twilio answered ${status}: it may have taken the text.` },
  };
}
