import type { ProviderClock } from "../ports.ts";

/** Where a bot's updates go. */
export interface Webhook {
  /** "": nowhere, they wait */
  url: string;
  secretToken: string;
  maxConnections: number;
  /** kinds; absent: every one that is imitated */
  allowedUpdates?: string[];
  lastError?: { at: number; message: string };
}

export type Refused = { description: string };

/** What a bot gets that names no kinds: all but these. */
const neverUnasked = ["chat_member", "message_reaction", "message_reaction_count"];
const ports = ["", "80", "88", "443", "8443"];
const defaultConnections = 40;
const maxConnections = 100;

/**
 * What setWebhook changes. This machine's own addresses need neither https nor one of Telegram's ports.
 *
 * @see https://core.telegram.org/bots/api#setwebhook
 */
export function changedWebhook(before: Webhook, parameters: Record<string, unknown>): Webhook | Refused {
  const known = ["url", "secret_token", "allowed_updates", "max_connections", "drop_pending_updates"];
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown !== undefined) return { description: `the simulated Telegram does not know ${unknown}` };
  const { url, secret_token: secretToken = "", max_connections: connections = defaultConnections } = parameters;
  if (parameters["drop_pending_updates"] === true)
    return { description: "the simulated Telegram does not drop pending updates" };
  if (typeof url !== "string" || !isWebhookUrl(url))
    return { description: "bad webhook: An HTTPS URL must be provided for webhook" };
  if (typeof secretToken !== "string" || !/^[A-Za-z0-9_-]{0,256}$/.test(secretToken))
    return { description: "secret token contains unallowed characters" };
  if (!Number.isInteger(connections) || Number(connections) < 1 || Number(connections) > maxConnections)
    return { description: "max_connections is out of range" };
  const kinds = parameters["allowed_updates"];
  const allowedUpdates = Array.isArray(kinds) ? kinds.map(String) : before.allowedUpdates;
  return {
    url,
    secretToken,
    maxConnections: Number(connections),
    ...(allowedUpdates && { allowedUpdates }),
    ...(before.lastError && { lastError: before.lastError }),
  };
}

function isWebhookUrl(url: string): boolean {
  if (url === "") return true;
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port } = new URL(url);
  return hostname === "127.0.0.1" || (protocol === "https:" && ports.includes(port));
}

/** Whether updates of this kind go there. */
export function isWanted(kind: string, { allowedUpdates }: Webhook): boolean {
  if (allowedUpdates === undefined) return true;
  return allowedUpdates.length === 0 ? !neverUnasked.includes(kind) : allowedUpdates.includes(kind);
}

/** @see https://core.telegram.org/bots/api#webhookinfo */
export const webhookInfo = ({ url, maxConnections, allowedUpdates = [], lastError }: Webhook, pending: number) => ({
  url,
  has_custom_certificate: false,
  pending_update_count: pending,
  max_connections: maxConnections,
  ...(allowedUpdates.length > 0 && { allowed_updates: allowedUpdates }),
  ...(lastError && { last_error_date: Math.floor(lastError.at / 1000), last_error_message: lastError.message }),
});

/** In Telegram's words. @param status null: there was no answer */
export const failedDelivery = (status: number | null, clock: ProviderClock): NonNullable<Webhook["lastError"]> => ({
  at: clock.now(),
  message: status === null ? "Connection refused" : `Wrong response from the webhook: ${status}`,
});

export const untouchedWebhook = (url: string, secretToken: string): Webhook => ({
  url,
  secretToken,
  maxConnections: defaultConnections,
});
