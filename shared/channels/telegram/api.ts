import * as z from "zod/mini";
import { limits } from "../../core/limits.ts";
import { retryAfterMsOf } from "../../core/retry-after.ts";
import type { Http, HttpAnswer } from "../../ports/http.ts";
import { readJson } from "../json.ts";
import type { TelegramBot } from "./secret.ts";

export const apiHost = "api.telegram.org";

/**
 * What Telegram answers to a call of one of its methods: a result, or why there is none. `status` is HTTP's.
 *
 * @see https://core.telegram.org/bots/api#making-requests
 */
export type TelegramAnswer =
  | { ok: true; result: unknown }
  | { ok: false; status: number; description: string; retryAfterMs?: number };

const answerSchema = z.object({
  ok: z.boolean(),
  result: z.optional(z.unknown()),
  description: z.optional(z.string()),
  parameters: z.optional(z.object({ retry_after: z.optional(z.number()) })),
});

/** @throws HttpNotSent | HttpOutcomeUnknown; the URL has the bot's token in it and is in no error */
export async function callBot(
  { token }: TelegramBot,
  method: string,
  parameters: Record<string, unknown>,
  http: Http,
): Promise<TelegramAnswer> {
  const answer = await http.call({
    method: "POST",
    url: `https://${apiHost}/bot${token}/${method}`,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(parameters),
    timeoutMs: limits.sendTimeoutMs,
  });
  return readAnswer(answer);
}

function readAnswer({ status, headers, body }: HttpAnswer): TelegramAnswer {
  const parsed = z.safeParse(answerSchema, readJson(body));
  const { ok = false, result, description = "", parameters } = parsed.success ? parsed.data : {};
  if (ok && status === 200) return { ok: true, result };
  const seconds = parameters?.retry_after;
  const retryAfterMs = seconds === undefined ? retryAfterMsOf(headers["retry-after"]) : seconds * 1000;
  return { ok: false, status, description, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Where a file lies that getFile has named. @see https://core.telegram.org/bots/api#file */
export const fileUrl = ({ token }: TelegramBot, path: string): string =>
  `https://${apiHost}/file/bot${token}/${path.split("/").map(encodeURIComponent).join("/")}`;
