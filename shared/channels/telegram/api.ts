import * as z from "zod/mini";
import { limits } from "../../core/limits.ts";
import type { Http, HttpAnswer } from "../../ports/http.ts";
import { readJson } from "../json.ts";
import { orNothing } from "../lenient.ts";
import type { TelegramBot } from "./secret.ts";

export const apiHost = "api.telegram.org";

/**
 * What Telegram answers to a call of one of its methods: a result, or why there is none. `status` is HTTP's; `errorCode` is
 * there where the Bot API itself has answered, and not something on the way to it. `retryAfter` is what each place that may
 * ask to be left alone says, whatever it is.
 *
 * @see https://core.telegram.org/bots/api#making-requests
 */
export type TelegramAnswer =
  | { ok: true; result: unknown }
  | { ok: false; status: number; errorCode?: number; description: string; retryAfter: unknown[] };

const answerSchema = z.object({
  ok: z.boolean(),
  result: z.optional(z.unknown()),
  error_code: orNothing(z.number()),
  description: orNothing(z.string()),
  parameters: orNothing(z.object({ retry_after: z.optional(z.unknown()) })),
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
  const given = parsed.success ? parsed.data : undefined;
  if (given?.ok && status === 200) return { ok: true, result: given.result };
  const { error_code: errorCode, description = "", parameters } = given?.ok === false ? given : {};
  const retryAfter = [parameters?.retry_after, headers["retry-after"]];
  return { ok: false, status, description, retryAfter, ...(errorCode !== undefined && { errorCode }) };
}

/** Where a file lies that getFile has named. @see https://core.telegram.org/bots/api#file */
export const fileUrl = ({ token }: TelegramBot, path: string): string =>
  `https://${apiHost}/file/bot${token}/${path.split("/").map(encodeURIComponent).join("/")}`;
