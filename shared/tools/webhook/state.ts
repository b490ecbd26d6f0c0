import type { PostError } from "./post.ts";
import { pauseEndsAt } from "./schedule.ts";
import { limits } from "../../core/limits.ts";
import { isoTime } from "../../ports/clock.ts";
import type { Webhook } from "../../ports/stores.ts";

/*
 * How a webhook's state changes with what becomes of its events. Each gives the next version, or undefined where nothing
 * is worth writing: `lastSuccessAt` is exact to a minute, so that a busy webhook is not one busy item of the table.
 */

const successNotedEveryMs = 60_000;

export const isPaused = ({ pausedUntil }: Webhook, now: number): boolean =>
  pausedUntil !== undefined && Date.parse(pausedUntil) > now;

export function afterSuccess(webhook: Webhook, now: number): Webhook | undefined {
  const notedAt = webhook.lastSuccessAt === undefined ? -Infinity : Date.parse(webhook.lastSuccessAt);
  if (webhook.state === "active" && now - notedAt < successNotedEveryMs) return undefined;
  const { silences: _, pausedUntil: __, ...rest } = webhook;
  return next({ ...rest, state: "active", lastSuccessAt: isoTime(now) });
}

/**
 * @param isSilent a pause begins, twice as long as the one before
 * @param isLast the event is given up: a receiver that has taken nothing for days is sent nothing more
 */
export function afterFailure(
  webhook: Webhook,
  error: PostError,
  { isSilent, isLast }: { isSilent: boolean; isLast: boolean },
  now: number,
): Webhook {
  const lastError = { at: isoTime(now), ...error };
  if (isLast && now - Date.parse(webhook.lastSuccessAt ?? webhook.createdAt) >= limits.webhookDisableAfterMs) {
    const days = limits.webhookDisableAfterMs / (24 * 60 * 60 * 1000);
    const message = `Nothing got through for ${days} days, so it was disabled. The last error: ${error.message}`;
    return disabled(webhook, { ...lastError, message });
  }
  const failing = { ...webhook, state: "failing" as const, lastError };
  if (!isSilent) return next(failing);
  const silences = (webhook.silences ?? 0) + 1;
  return next({ ...failing, silences, pausedUntil: isoTime(pauseEndsAt(now, silences)) });
}

export const afterGone = (webhook: Webhook, error: PostError, now: number): Webhook =>
  disabled(webhook, { at: isoTime(now), ...error });

/** One try finds out whether the receiver answers again; until it must have, the others wait. */
export const probing = (webhook: Webhook, now: number): Webhook =>
  next({ ...webhook, pausedUntil: isoTime(now + limits.webhookTimeoutMs) });

export function enabled(webhook: Webhook): Webhook {
  const { silences: _, pausedUntil: __, ...rest } = webhook;
  return next({ ...rest, state: "active" });
}

export const disabled = (webhook: Webhook, lastError = webhook.lastError): Webhook => {
  const { silences: _, pausedUntil: __, ...rest } = webhook;
  return next({ ...rest, state: "disabled", lastError });
};

const next = (webhook: Webhook): Webhook => ({ ...webhook, version: webhook.version + 1 });
