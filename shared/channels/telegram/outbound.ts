import * as z from "zod/mini";
import { retryAfterMsOf } from "../../core/retry-after.ts";
import type { ChannelPorts, OutboundFile, SendRequest, SendResult } from "../channel.ts";
import { handOver, isSurelyNotTaken, noAnswer, notSent, retryAfterMs } from "../hand-over.ts";
import { callBot, type TelegramAnswer } from "./api.ts";
import { providerIdOf } from "./context.ts";
import { credentials, keptAway, sendErrorOf, throttled } from "./errors.ts";
import { botOf } from "./secret.ts";
import { messageName } from "./update.ts";

const throttledMs = 1_000;

/** By the file's type: the method that shows it for what it is, and the parameter that names the file. */
const fileMethods: [RegExp, string, string][] = [
  [/^image\/(jpeg|png|webp)$/, "sendPhoto", "photo"],
  [/^image\/gif$/, "sendAnimation", "animation"],
  [/^video\/mp4$/, "sendVideo", "video"],
  [/^audio\/(mpeg|mp4)$/, "sendAudio", "audio"],
  [/^audio\/ogg$/, "sendVoice", "voice"],
];

/**
 * Hands one message to Telegram, once: a text, or a file that Telegram fetches by its link.
 *
 * @see https://core.telegram.org/bots/api#sendmessage
 * @throws when the secret can't be used
 */
export async function send(
  request: SendRequest,
  { http, clock }: Pick<ChannelPorts, "http" | "clock">,
): Promise<SendResult> {
  const bot = botOf(request.secret, request.inbox.id);
  if (!bot) {
    const message = `The Telegram secret has no bot for the inbox "${request.inbox.id}". Add it to "bots" there.`;
    return notSent({ code: "no-account", message }, retryAfterMs.secret);
  }
  const [method, parameters] = callFor(request);
  return handOver("Telegram", async () => outcomeOf(await callBot(bot, method, parameters, http), clock.now()));
}

function callFor({ to, text, media: [file], quickReplies = [] }: SendRequest): [string, Record<string, unknown>] {
  const parameters = { chat_id: Number(to), ...keyboardOf(quickReplies) };
  // A preview would show a page that nobody of ours has chosen.
  if (!file) return ["sendMessage", { ...parameters, text, link_preview_options: { is_disabled: true } }];
  const [method, field] = methodOf(file);
  return [method, { ...parameters, [field]: file.url, ...(text !== "" && { caption: text }) }];
}

function methodOf({ contentType }: OutboundFile): [string, string] {
  const [, method, field] = fileMethods.find(([types]) => types.test(contentType)) ?? [];
  return method !== undefined && field !== undefined ? [method, field] : ["sendDocument", "document"];
}

/** Buttons in place of the keyboard, gone when one was pressed; pressing one writes its words. */
const keyboardOf = (quickReplies: string[]): Record<string, unknown> =>
  quickReplies.length === 0
    ? {}
    : {
        reply_markup: {
          keyboard: quickReplies.map((text) => [{ text }]),
          one_time_keyboard: true,
          resize_keyboard: true,
        },
      };

function outcomeOf(answer: TelegramAnswer, now: number): SendResult {
  if (answer.ok) {
    const message = z.safeParse(messageName, answer.result);
    if (!message.success) return noAnswer("Telegram answered without naming the message: it may have taken it.");
    return { outcome: "sent", providerId: providerIdOf(message.data) };
  }
  const { status, errorCode, retryAfter } = answer;
  const providerCode = String(status);
  if (status === 429) {
    const askedMs = retryAfter.map((given) => retryAfterMsOf(given, now)).find((ms) => ms !== undefined);
    return notSent({ ...throttled, providerCode }, askedMs ?? throttledMs);
  }
  // 404: there is no such bot. A person can renew the token, so the reply waits rather than fails for good.
  if (status === 401 || status === 404) return notSent({ ...credentials, providerCode }, retryAfterMs.secret);
  // It says nothing of the customer, and a person can clear the way.
  if (status === 403 && errorCode !== status) return notSent({ ...keptAway, providerCode }, retryAfterMs.secret);
  if (isSurelyNotTaken(status)) return { outcome: "refused", error: sendErrorOf(answer) };
  return noAnswer(`Telegram answered ${status}: it may have taken the message.`);
}
