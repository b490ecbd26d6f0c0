import * as z from "zod/mini";
import { HttpNotSent, HttpOutcomeUnknown } from "../../ports/http.ts";
import type { ChannelPorts, OutboundFile, SendRequest, SendResult } from "../channel.ts";
import { callBot, type TelegramAnswer } from "./api.ts";
import { providerIdOf } from "./context.ts";
import { credentials, sendErrorOf, throttled } from "./errors.ts";
import { botOf } from "./secret.ts";
import { messageName } from "./update.ts";

const retryAfterMs = { notReached: 1_000, throttled: 1_000, credentials: 30_000 };

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
export async function send(request: SendRequest, { http }: Pick<ChannelPorts, "http">): Promise<SendResult> {
  const bot = botOf(request.secret, request.inbox.id);
  if (!bot)
    return {
      outcome: "notSent",
      retryAfterMs: retryAfterMs.credentials,
      error: {
        code: "no-account",
        message: `The Telegram secret has no bot for the inbox "${request.inbox.id}". Add it to "bots" there.`,
      },
    };
  const [method, parameters] = callFor(request);
  try {
    return outcomeOf(await callBot(bot, method, parameters, http));
  } catch (error) {
    if (error instanceof HttpNotSent)
      return {
        outcome: "notSent",
        error: { code: "not-reached", message: "Telegram could not be reached." },
        retryAfterMs: retryAfterMs.notReached,
      };
    if (error instanceof HttpOutcomeUnknown) return noAnswer("Telegram did not say whether it took the message.");
    throw error;
  }
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

function outcomeOf(answer: TelegramAnswer): SendResult {
  if (answer.ok) {
    const message = z.safeParse(messageName, answer.result);
    if (!message.success) return noAnswer("Telegram answered without naming the message: it may have taken it.");
    return { outcome: "sent", providerId: providerIdOf(message.data) };
  }
  const { status, description } = answer;
  if (status === 429)
    return {
      outcome: "notSent",
      error: { ...throttled, providerCode: "429" },
      retryAfterMs: answer.retryAfterMs ?? retryAfterMs.throttled,
    };
  // 404: there is no such bot. A person can renew the token, so the reply waits rather than fails for good.
  if (status === 401 || status === 404)
    return {
      outcome: "notSent",
      error: { ...credentials, providerCode: String(status) },
      retryAfterMs: retryAfterMs.credentials,
    };
  const surelyNotTaken = status >= 400 && status < 500 && status !== 408;
  if (surelyNotTaken) return { outcome: "refused", error: sendErrorOf(status, description) };
  return noAnswer(`Telegram answered ${status}: it may have taken the message.`);
}

const noAnswer = (message: string): SendResult => ({ outcome: "unknown", error: { code: "no-answer", message } });
