import { apiOrigin as telegramOrigin } from "../../infra/local/providers/telegram/api.ts";
import { graphOrigin } from "../../infra/local/providers/meta/graph.ts";
import { messageIdOfSend } from "../../shared/core/ids.ts";
import type { OutboundStored } from "../../shared/core/message.ts";
import type { HttpAnswer, HttpCall } from "../../shared/ports/http.ts";
import type { MailMessage } from "../../shared/ports/mail.ts";
import { counterOrigin } from "./configuration.ts";
import type { Departure, History } from "./history.ts";

const twilioOrigin = "https://api.twilio.com";

/**
 * Which reply a call to a provider hands over, by where our id stands in it. Telegram's calls have no such place: there it
 * is the reply of these words to this chat that the same run has claimed last.
 *
 * @param claimed by the run that calls, in order
 * @returns undefined where it hands nothing over
 */
export function sendIdIn({ method, url, body = "" }: HttpCall, claimed: readonly OutboundStored[]): string | undefined {
  const { origin, pathname } = new URL(url);
  if (method !== "POST") return undefined;
  switch (origin) {
    case twilioOrigin:
      return new URLSearchParams(body).get("StatusCallback")?.split("/").at(-1);
    case graphOrigin: {
      if (!pathname.endsWith("/messages")) return undefined;
      const sent = JSON.parse(body) as { biz_opaque_callback_data?: string; message?: { metadata?: string } };
      return sent.biz_opaque_callback_data ?? sent.message?.metadata;
    }
    case telegramOrigin: {
      if (!/\/send[A-Z]\w+$/.test(pathname)) return undefined;
      const sent = JSON.parse(body) as { chat_id: number; text?: string; caption?: string };
      const words = sent.text ?? sent.caption ?? "";
      return claimed.findLast(({ to, text }) => to === String(sent.chat_id) && text === words)?.sendId;
    }
    case counterOrigin:
      return (JSON.parse(body) as { sendId: string }).sendId;
    default:
      throw new Error(`Nobody of ours calls ${origin}.`);
  }
}

/** Of a reply that is about to go to its provider, or straight to a chat. */
export function replyIn({ functionName, invocation, operation, parameters }: Departure, history: History) {
  if (functionName !== "send") return undefined;
  switch (operation) {
    case "mail.send":
      return messageIdOfSend((parameters[0] as MailMessage).tags["sendId"] ?? "");
    case "chatSockets.push": {
      const frame = JSON.parse(parameters[1] as string) as { type: string; messageId: string };
      return frame.type === "message" ? frame.messageId : undefined;
    }
    case "http.call": {
      const sendId = sendIdIn(parameters[0] as HttpCall, history.claimedBy(invocation));
      return sendId === undefined ? undefined : messageIdOfSend(sendId);
    }
    default:
      return undefined;
  }
}

/** What the provider calls a message that it took. */
export function providerIdIn({ url }: HttpCall, { body }: HttpAnswer): string {
  const answer = JSON.parse(body) as {
    sid?: string;
    messages?: { id: string }[];
    message_id?: string;
    result?: { chat: { id: number }; message_id: number };
    id?: string;
  };
  switch (new URL(url).origin) {
    case twilioOrigin:
      return answer.sid!;
    case graphOrigin:
      return answer.messages?.[0]?.id ?? answer.message_id!;
    case telegramOrigin:
      return `${answer.result!.chat.id}:${answer.result!.message_id}`;
    default:
      return answer.id!;
  }
}

/** The provider says what it has of a customer's conversation: evidence of what it was given. */
export const isLookUp = ({ method, url }: HttpCall): boolean =>
  method === "GET" && /\/(Messages\.json|conversations)$/.test(new URL(url).pathname);

/** As the one that is called says that it takes no more for now. */
export function throttledAnswer({ url }: HttpCall, retryAfterSeconds: number): HttpAnswer {
  const headers = { "retry-after": String(retryAfterSeconds) };
  if (new URL(url).origin !== telegramOrigin) return { ...failedAnswer({ url }, 429), headers };
  const description = `Too Many Requests: retry after ${retryAfterSeconds}`;
  const parameters = { retry_after: retryAfterSeconds };
  const body = JSON.stringify({ ok: false, error_code: 429, description, parameters });
  return { status: 429, headers: {}, body };
}

/** As the one that is called says that something went wrong, whether or not anything was done. */
export function failedAnswer({ url }: Pick<HttpCall, "url">, status: number): HttpAnswer {
  const forms: Record<string, object> = {
    [twilioOrigin]: { code: status === 429 ? 20429 : 20500, message: "injected", status },
    [graphOrigin]: { error: { message: "injected", type: "OAuthException", code: status === 429 ? 80007 : 2 } },
    [telegramOrigin]: { ok: false, error_code: status, description: "injected" },
  };
  return { status, headers: {}, body: JSON.stringify(forms[new URL(url).origin] ?? { error: "injected" }) };
}
