import type { Failure, PostError } from "./post.ts";
import { isAhead, pauseEndsAt } from "./schedule.ts";
import { limits } from "../../core/limits.ts";
import { isoTime } from "../../ports/clock.ts";
import type { Webhook, WebhookStore } from "../../ports/work.ts";

/*
 * How a webhook's state changes with what becomes of its events. What a person disabled meanwhile stays so.
 */

/** `lastSuccessAt` is exact to this, so that a busy webhook is not one busy item of the table. */
const successNotedEveryMs = 60_000;

export const isPaused = ({ pausedUntil }: Webhook, now: number): boolean => isAhead(pausedUntil, now);

export function afterSuccess(webhook: Webhook, now: number): Webhook | undefined {
  if (webhook.state === "disabled") return undefined;
  const notedAt = webhook.lastSuccessAt === undefined ? -Infinity : Date.parse(webhook.lastSuccessAt);
  if (webhook.state === "active" && now - notedAt < successNotedEveryMs) return undefined;
  return next({ ...answering(webhook), state: "active", lastSuccessAt: isoTime(now) });
}

/** After each try in a row without an answer, the pause is twice as long. */
export function afterFailure(webhook: Webhook, { error, isSilent }: Failure, now: number): Webhook | undefined {
  if (webhook.state === "disabled") return undefined;
  const failing = { ...webhook, state: "failing" as const, lastError: errorAt(now, error) };
  if (!isSilent) return next({ ...answering(failing), state: "failing" });
  const silences = (webhook.silences ?? 0) + 1;
  return next({ ...failing, silences, pausedUntil: isoTime(pauseEndsAt(now, silences)) });
}

/** One try finds out whether the receiver answers again; until it must have, the others wait. */
export const probing = (webhook: Webhook, now: number): Webhook =>
  next({ ...webhook, pausedUntil: isoTime(now + limits.webhookTimeoutMs) });

export const disabled = (webhook: Webhook, lastError = webhook.lastError): Webhook =>
  next({ ...answering(webhook), state: "disabled", lastError });

/** What a person changes; setting it active also ends a pause. */
export function changed(
  webhook: Webhook,
  { url = webhook.url, events = webhook.events, state }: Partial<Pick<Webhook, "url" | "events" | "state">>,
): Webhook {
  const renamed = { ...webhook, url, events };
  if (state === "disabled") return disabled(renamed);
  return next(state === "active" ? { ...answering(renamed), state } : renamed);
}

/** The secret before signs along for a while. */
export function rotated(webhook: Webhook, secret: string, now: number): Webhook | undefined {
  const [current] = webhook.secrets;
  if (current === secret) return undefined;
  return next({ ...webhook, secrets: [secret, current!], rotatesAt: isoTime(now + limits.webhookRotationMs) });
}

export const errorAt = (now: number, { message, status }: PostError): NonNullable<Webhook["lastError"]> => ({
  at: isoTime(now),
  message,
  status,
});

function answering(webhook: Webhook): Webhook {
  const { silences: _, pausedUntil: __, ...rest } = webhook;
  return rest;
}

const next = (webhook: Webhook): Webhook => ({ ...webhook, version: webhook.version + 1 });

/**
 * Changes a webhook whatever others change at the same time.
 *
 * @param change gives the next version, or undefined where it is as it should be; may be asked several times
 * @returns it as it is stored now; undefined where it was removed
 */
export async function changeWebhook(
  known: Webhook,
  change: (webhook: Webhook) => Webhook | undefined,
  webhooks: WebhookStore,
): Promise<Webhook | undefined> {
  for (let current = known; ;) {
    const changed = change(current);
    if (!changed) return current;
    const { written, webhook } = await webhooks.put(changed);
    if (written || !webhook) return webhook;
    current = webhook;
  }
}
