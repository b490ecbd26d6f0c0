import type { MessageListInstanceCreateOptions } from "twilio/lib/rest/api/v2010/account/message.js";
import { limits } from "../../core/limits.ts";
import { retryAfterMsOf } from "../../core/retry-after.ts";
import type { ChannelPorts, SendRequest, SendResult } from "../channel.ts";
import { handOver, isSurelyNotTaken, noAnswer, notSent, retryAfterMs } from "../hand-over.ts";
import { accountOf } from "./account.ts";
import { messageList, TwilioRefusal } from "./api.ts";
import { withPrefix, type Carriage } from "./carriage.ts";
import { isOfCredentials, pauseMsOf, sendErrorOf } from "./errors.ts";

/** Requests that get 401 or 429 are not processed: the code that is meant where none is given, and how long to wait. */
const notProcessed = new Map([
  [401, { code: "20003", pauseMs: retryAfterMs.secret }],
  [429, { code: "20429", pauseMs: 1_000 }],
]);

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
  { http, clock }: Pick<ChannelPorts, "http" | "clock">,
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
        validityPeriod: limits.providerQueueSeconds,
        ...(request.statusUrl !== null && { statusCallback: request.statusUrl }),
      });
      return { outcome: "sent", providerId: message.sid };
    } catch (error) {
      if (error instanceof TwilioRefusal) return outcomeOfRefusal(error, clock.now());
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

/**
 * Whoever is not let in was not heard, whatever the status. Any other code counts with the statuses alone that say that nothing
 * was taken: what is sent again although it was arrives twice.
 *
 * @see https://www.twilio.com/docs/api/errors/20429
 */
function outcomeOfRefusal({ status, code, retryAfter }: TwilioRefusal, now: number): SendResult {
  const meant = notProcessed.get(status);
  const otherwise = { code: "refused", message: `Twilio refused the message with status ${status}.` };
  const error = sendErrorOf(code ?? meant?.code, otherwise);
  if (!isSurelyNotTaken(status) && !isOfCredentials(error))
    return noAnswer(`Twilio answered ${status}: it may have taken the message.`, error);
  const pauseMs = pauseMsOf(error) ?? meant?.pauseMs;
  if (pauseMs === undefined) return { outcome: "refused", error };
  return notSent(error, retryAfterMsOf(retryAfter, now) ?? pauseMs);
}
