import { minuteOfDay } from "../../../shared/core/hours.ts";
import type { OutboundStored, SendError, StoredMessage } from "../../../shared/core/message.ts";
import { night } from "../configuration.ts";
import type { Checker, History } from "../history.ts";
import { replyIn } from "../sends.ts";

const minuteMs = 60_000;
const minutesInDay = 24 * 60;
/** Whoever wrote within it is awake. */
const awakeMs = 60 * minuteMs;
/** Between the look at the clock and what follows from it lies no more. */
const attemptMs = minuteMs;

const [begins, ends] = [minuteOfDay(night.from), minuteOfDay(night.to)];

/** Where customers sleep now. @param now milliseconds since 1970 */
export function isNight(now: number): boolean {
  const minute = (Math.floor(now / minuteMs) + night.aheadMinutes) % minutesInDay;
  return minute >= begins || minute < ends;
}

/** I7: in an inbox's quiet hours nothing goes out but to somebody who has just written to it, and in no others is anything held back. */
export function quietHours(): Checker {
  /** by identity and inbox: when a message of theirs was stored last */
  const wrote = new Map<string, number>();

  return {
    invariant: "I7",

    onCall({ functionName, operation, parameters, result }, history) {
      if (operation === "messages.create") {
        const { message } = result as { message: StoredMessage };
        if (message.direction === "in") wrote.set(`${message.identityId} ${message.inboxId}`, history.clock.now());
      }
      if (functionName !== "send" || operation !== "messages.raiseStatus") return;
      const { error } = parameters[1] as { error?: SendError };
      const message = result as OutboundStored | undefined;
      if (message && error?.code === "quiet-hours") {
        checkHeldBack(history);
        if (!hasNight(message, history))
          history.violate("I7", `${message.inboxId} has no night, and held an answer back`);
      }
    },

    onDeparture(departure, history) {
      const id = replyIn(departure, history);
      const message = history.claimedBy(departure.invocation).find((claimed) => claimed.id === id);
      if (!message || !hasNight(message, history)) return;
      const now = history.clock.now();
      if (!isNight(now) || !isNight(now - attemptMs)) return;
      history.reached("I7", "an answer went out by night");
      const last = wrote.get(`${message.identityId} ${message.inboxId}`) ?? 0;
      if (last < now - awakeMs - attemptMs)
        history.violate("I7", `${message.id} wakes ${message.identityId}, who wrote ${now - last} ms ago`);
    },

    async atEnd() {},
  };
}

const hasNight = ({ inboxId }: Pick<OutboundStored, "inboxId">, { config }: History): boolean =>
  config.inboxes.find(({ id }) => id === inboxId)?.quietHours !== undefined;

/** Something was held back for the night, by whichever inbox. */
export function checkHeldBack(history: History): void {
  const now = history.clock.now();
  history.reached("I7", "an answer waited for the morning");
  if (!isNight(now) && !isNight(now - attemptMs))
    history.violate("I7", "an answer was held back for the night, by day");
}
