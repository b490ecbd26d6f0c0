import * as z from "zod/mini";
import { callBot } from "../../../shared/channels/telegram/api.ts";
import { updateKinds } from "../../../shared/channels/telegram/inbound.ts";
import { botOf, type TelegramBot } from "../../../shared/channels/telegram/secret.ts";
import type { Configuration } from "../../../shared/core/configuration.ts";
import { HttpNotSent, HttpOutcomeUnknown, type Http } from "../../../shared/ports/http.ts";
import { type Account, ConnectRefused, type Connection, LoginRefused, type Settings } from "./connection.ts";
import { askRouter } from "./router.ts";

/** Telegram's own default: a batch of pictures comes side by side. */
const maxConnections = 40;

interface Target {
  /** the router's public URL */
  url: string;
  configuration: Configuration;
  http: Http;
}

/**
 * Each bot of the secret's document: where its updates go, with which word, and which kinds.
 *
 * @see https://core.telegram.org/bots/api#setwebhook
 * @throws UnusableSecret
 */
export function telegramAccounts(document: unknown, target: Target): Account[] {
  return botsOf(document).map(([inboxId, bot]) => {
    const webhookUrl = `${target.url}/webhooks/telegram/${inboxId}`;
    const name = `bot of ${inboxId}`;
    return {
      name,
      askRouter: async () => {
        const headers = { "content-type": "application/json", "x-telegram-bot-api-secret-token": bot.secretToken };
        // An update without content, which is ignored.
        const body = JSON.stringify({ update_id: 0 });
        await askRouter({ method: "POST", url: webhookUrl, headers, body }, target.http);
      },
      connections: async () => {
        await checkUserName(inboxId, bot, target);
        return [connectionOf(name, bot, webhookUrl, target.http)];
      },
    };
  });
}

/** @throws UnusableSecret */
function botsOf(document: unknown): [inboxId: string, bot: TelegramBot][] {
  botOf(document, "");
  return Object.keys((document as { bots: object }).bots).map((inboxId) => [inboxId, botOf(document, inboxId)!]);
}

const me = z.object({ username: z.string() });

/** @see https://core.telegram.org/bots/api#getme */
async function checkUserName(inboxId: string, bot: TelegramBot, { configuration, http }: Target): Promise<void> {
  const { username } = me.parse(await call(bot, "getMe", {}, http));
  const inbox = configuration.inboxes.find(({ id, channel }) => id === inboxId && channel === "telegram");
  if (!inbox) throw new ConnectRefused(`router.yaml has no Telegram inbox "${inboxId}"; the token is @${username}'s.`);
  if (inbox.address.replace(/^@/, "").toLowerCase() !== username.toLowerCase())
    throw new ConnectRefused(
      `The token is @${username}'s, and router.yaml says ${inbox.address}: change the inbox's address or the token.`,
    );
}

const webhookInfo = z.object({
  url: z.string(),
  max_connections: z.optional(z.number()),
  allowed_updates: z.optional(z.array(z.string())),
  last_error_date: z.optional(z.number()),
  last_error_message: z.optional(z.string()),
});

function connectionOf(name: string, bot: TelegramBot, webhookUrl: string, http: Http): Connection {
  let lastError: string | undefined;
  return {
    name,
    unseen: "secret_token",
    /** @see https://core.telegram.org/bots/api#webhookinfo */
    async read(): Promise<Settings> {
      const info = webhookInfo.parse(await call(bot, "getWebhookInfo", {}, http));
      const { last_error_message: message, last_error_date: seconds = 0 } = info;
      lastError = message && `${message} (${new Date(seconds * 1000).toISOString()})`;
      return {
        url: info.url,
        max_connections: String(info.max_connections ?? maxConnections),
        allowed_updates: listed(info.allowed_updates ?? []),
      };
    },
    wanted: () => ({ url: webhookUrl, max_connections: String(maxConnections), allowed_updates: listed(updateKinds) }),
    async set() {
      await call(
        bot,
        "setWebhook",
        {
          url: webhookUrl,
          secret_token: bot.secretToken,
          max_connections: maxConnections,
          allowed_updates: updateKinds,
          drop_pending_updates: false,
        },
        http,
      );
    },
    notes: () => (lastError === undefined ? [] : [`Telegram's last error with the webhook: ${lastError}`]),
  };
}

const listed = (kinds: string[]): string => kinds.toSorted().join(", ");

/** @throws ConnectRefused */
async function call(
  bot: TelegramBot,
  method: string,
  parameters: Record<string, unknown>,
  http: Http,
): Promise<unknown> {
  try {
    const answer = await callBot(bot, method, parameters, http);
    if (answer.ok) return answer.result;
    // Telegram answers 404 to what does not even look like a token.
    if (answer.status === 401 || answer.status === 404)
      throw new LoginRefused("Telegram does not take the token. Get it from @BotFather.");
    throw new ConnectRefused(`Telegram answers ${answer.status} to ${method}: ${answer.description}`);
  } catch (error) {
    if (error instanceof HttpNotSent || error instanceof HttpOutcomeUnknown) throw new ConnectRefused(error.message);
    throw error;
  }
}
