import type { MessageListInstanceCreateOptions } from "twilio/lib/rest/api/v2010/account/message.js";
import type { ChannelPorts, SendRequest, SendResult } from "../channel.ts";
import { handOver, isSurelyNotTaken, noAnswer, notSent, retryAfterMs } from "../hand-over.ts";
import { accountOf } from "./account.ts";
import { messageList, TwilioRefusal } from "./api.ts";
import { withPrefix, type Carriage } from "./carriage.ts";
import { sendErrorOf } from "./errors.ts";

const throttledMs = 1_000;

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
  if (!account) {
    const message = `No Twilio account lists the number ${from}. Add it to "numbers" in the Twilio secret.`;
    return notSent({ code: "no-account", message }, retryAfterMs.secret);
  }
  return handOver("Twilio", async () => {
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
      throw error;
    }
  });
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
  if (status === 429) return notSent(sendErrorOf(code ?? "20429", error), refusal.retryAfterMs ?? throttledMs);
  // A person can renew the secret, so the reply waits (and is parked in the end) rather than fails for good.
  if (status === 401) return notSent(sendErrorOf(code ?? "20003", error), retryAfterMs.secret);
  if (isSurelyNotTaken(status)) return { outcome: "refused", error };
  return noAnswer(`Twilio answered ${status}: it may have taken the message.`, error);
}
