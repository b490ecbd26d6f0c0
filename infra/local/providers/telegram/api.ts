import type { HttpAnswer } from "../../../../shared/ports/http.ts";
import type { FetchFile, ProvidedFile, ProviderAnswer, ProviderCall } from "../provider.ts";
import type { BotMessage } from "./message.ts";
import type { TelegramStorage } from "./storage.ts";
import { changedWebhook, webhookInfo, type Webhook } from "./webhooks.ts";

export const apiOrigin = "https://api.telegram.org";

/** What a valid request to send asks for. */
export interface Accepted {
  bot: string;
  chat: number;
  text: string;
  file?: ProvidedFile & { name: string };
  buttons?: string[];
}

/** What the API needs of the rest of the simulated Telegram. */
export interface ApiHost {
  storage: TelegramStorage;
  /** @returns the bot's user name; undefined where the token is nobody's */
  botOf(token: string): string | undefined;
  /** seconds to wait where the bot has used up what it may ask now */
  throttles(): number | undefined;
  /** a description to refuse the next sends with */
  refusal(): string | undefined;
  /** a message as it stands in answers */
  objectOf(message: BotMessage): object;
  fetchFile: FetchFile;
  webhookOf(bot: string): Webhook;
  setWebhook(bot: string, webhook: Webhook): void;
  accept(send: Accepted): BotMessage;
}

const methodPath = /^\/bot(?<token>\d+:[A-Za-z0-9_-]+)\/(?<method>[A-Za-z]+)$/;
const filePath = /^\/file\/bot(?<token>\d+:[A-Za-z0-9_-]+)\/(?<path>.+)$/;

const maxTextCharacters = 4_096;
const maxCaptionCharacters = 1_024;
const mebibyte = 1024 * 1024;
const maxDownloadBytes = 20 * mebibyte;

interface FileMethod {
  field: string;
  types: RegExp;
  maxBytes: number;
}

/** By link: 5 MB of a photo, 20 MB of all else; of documents only these ("Sending files"). */
const fileMethods: Record<string, FileMethod> = {
  sendPhoto: { field: "photo", types: /^image\/(jpeg|png|webp)/, maxBytes: 5 * mebibyte },
  sendAnimation: { field: "animation", types: /^(image\/gif|video\/mp4)/, maxBytes: 20 * mebibyte },
  sendVideo: { field: "video", types: /^video\/mp4/, maxBytes: 20 * mebibyte },
  sendAudio: { field: "audio", types: /^audio\/(mpeg|mp4)/, maxBytes: 20 * mebibyte },
  sendVoice: { field: "voice", types: /^audio\/ogg/, maxBytes: mebibyte },
  sendDocument: { field: "document", types: /^(application\/(pdf|zip)|image\/gif)/, maxBytes: 20 * mebibyte },
};

/** The Bot API, as far as we use it. Methods and parameters that are not imitated are refused by name. */
export async function answerApi(call: ProviderCall, host: ApiHost): Promise<ProviderAnswer> {
  const path = decodeURIComponent(new URL(call.url).pathname);
  const file = filePath.exec(path)?.groups;
  if (file) return download(file["token"]!, file["path"]!, host);
  const { token = "", method = "" } = methodPath.exec(path)?.groups ?? {};
  if (token === "") return failure(404, "Not Found");
  const bot = host.botOf(token);
  if (bot === undefined) return failure(401, "Unauthorized");
  const waitSeconds = host.throttles();
  if (waitSeconds !== undefined)
    return failure(429, `Too Many Requests: retry after ${waitSeconds}`, { retry_after: waitSeconds });
  const parameters = parametersOf(call.body ?? "");
  if (!parameters) return failure(400, "Bad Request: the parameters are no JSON object");
  if (method === "getFile") return getFile(bot, parameters, host);
  if (method === "getMe") return getMe(bot, token);
  if (method === "setWebhook") return setWebhook(bot, parameters, host);
  if (method === "getWebhookInfo") return getWebhookInfo(bot, host);
  if (method === "sendMessage" || Object.hasOwn(fileMethods, method)) return send(bot, method, parameters, host);
  return failure(404, `Not Found: the simulated Telegram does not know the method ${method}`);
}

function parametersOf(body: string): Record<string, unknown> | undefined {
  try {
    const given: unknown = JSON.parse(body);
    return typeof given === "object" && given !== null ? (given as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** @see https://core.telegram.org/bots/api#making-requests */
function failure(status: number, description: string, parameters?: { retry_after: number }): HttpAnswer {
  const headers: Record<string, string> = parameters ? { "retry-after": String(parameters.retry_after) } : {};
  return json(status, { ok: false, error_code: status, description, ...(parameters && { parameters }) }, headers);
}

/** @see https://core.telegram.org/bots/api#getme */
const getMe = (bot: string, token: string): HttpAnswer =>
  json(200, { ok: true, result: { id: Number(token.split(":")[0]), is_bot: true, first_name: bot, username: bot } });

function setWebhook(bot: string, parameters: Record<string, unknown>, host: ApiHost): HttpAnswer {
  const webhook = changedWebhook(host.webhookOf(bot), parameters);
  if ("description" in webhook) return failure(400, `Bad Request: ${webhook.description}`);
  host.setWebhook(bot, webhook);
  return json(200, { ok: true, result: true, description: "Webhook was set" });
}

function getWebhookInfo(bot: string, host: ApiHost): HttpAnswer {
  const pending = host.storage.updates().filter((update) => update.bot === bot).length;
  return json(200, { ok: true, result: webhookInfo(host.webhookOf(bot), pending) });
}

function getFile(bot: string, { file_id: fileId }: Record<string, unknown>, { storage }: ApiHost): HttpAnswer {
  const file = typeof fileId === "string" ? storage.file({ fileId }) : undefined;
  if (!file) return failure(400, "Bad Request: invalid file_id");
  if (file.bot !== bot) return failure(400, "Bad Request: wrong file_id or the file is temporarily unavailable");
  if (file.bytes.length > maxDownloadBytes) return failure(400, "Bad Request: file is too big");
  const result = { file_id: file.fileId, file_unique_id: file.fileId.slice(-16), file_size: file.bytes.length };
  return json(200, { ok: true, result: { ...result, file_path: file.path } });
}

function download(token: string, path: string, { storage, botOf }: ApiHost): ProviderAnswer {
  const bot = botOf(token);
  const file = bot === undefined ? undefined : storage.file({ path });
  if (bot === undefined || file?.bot !== bot) return failure(404, "Not Found");
  return { status: 200, headers: { "content-type": "application/octet-stream" }, bytes: file.bytes };
}

async function send(
  bot: string,
  method: string,
  parameters: Record<string, unknown>,
  host: ApiHost,
): Promise<HttpAnswer> {
  const fileMethod = fileMethods[method];
  const known = [
    "chat_id",
    "reply_markup",
    ...(fileMethod ? [fileMethod.field, "caption"] : ["text", "link_preview_options"]),
  ];
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown !== undefined) return failure(400, `Bad Request: the simulated Telegram does not know ${unknown}`);
  const { chat_id: chat, text, caption = "", reply_markup: markup } = parameters;
  if (!Number.isSafeInteger(chat)) return failure(400, "Bad Request: chat_id is empty");
  const blocked = host.storage.isBlocked(bot, Number(chat));
  if (blocked === undefined) return failure(400, "Bad Request: chat not found");
  if (blocked) return failure(403, "Forbidden: bot was blocked by the user");
  const refusal = host.refusal();
  if (refusal !== undefined) return failure(400, `Bad Request: ${refusal}`);
  const words = fileMethod ? String(caption) : text;
  if (typeof words !== "string" || (!fileMethod && words.trim() === ""))
    return failure(400, "Bad Request: message text is empty");
  if (words.length > (fileMethod ? maxCaptionCharacters : maxTextCharacters))
    return failure(400, `Bad Request: message ${fileMethod ? "caption " : ""}is too long`);
  const file = fileMethod ? await fetched(parameters[fileMethod.field], fileMethod, host) : undefined;
  if (typeof file === "string") return failure(400, `Bad Request: ${file}`);
  const buttons = buttonsOf(markup);
  const chatId = Number(chat);
  const message = host.accept({ bot, chat: chatId, text: words, ...(file && { file }), ...(buttons && { buttons }) });
  return json(200, { ok: true, result: host.objectOf(message) });
}

/** @returns what is wrong with it, in Telegram's words, where something is */
async function fetched(
  url: unknown,
  { types, maxBytes }: FileMethod,
  { fetchFile }: ApiHost,
): Promise<Accepted["file"] | string> {
  if (typeof url !== "string" || !URL.canParse(url)) return "wrong file identifier/HTTP URL specified";
  const file = await fetchFile(url);
  if (!file) return "failed to get HTTP URL content";
  if (!types.test(file.contentType)) return "wrong type of the web page content";
  if (file.bytes.length > maxBytes) return "failed to get HTTP URL content";
  return { ...file, name: decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "") };
}

function buttonsOf(markup: unknown): string[] | undefined {
  const rows = (markup as { keyboard?: { text: string }[][] } | undefined)?.keyboard;
  return rows?.flat().map(({ text }) => text);
}
