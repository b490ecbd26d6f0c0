import { derivedId, identityIdOf, messageIdOfSend } from "../../../shared/core/ids.ts";
import type { OutboundStored, StoredMessage } from "../../../shared/core/message.ts";
import type { HttpCall } from "../../../shared/ports/http.ts";
import type { MailMessage } from "../../../shared/ports/mail.ts";
import type { Departure, Checker, History } from "../history.ts";
import { fieldsOf } from "../host/mailService.ts";
import type { Observation } from "../host/invocation.ts";

const automatic = "automatic";

/** Since which call a customer's address, or one inbox towards it, is shut; in the order of the calls. */
class Closings {
  readonly #blocked = new Map<string, number>();
  readonly #optedOut = new Map<string, { sequence: string; since: number | undefined }>();

  learn({ operation, parameters }: Observation, nth: number): void {
    if (operation === "identities.setBlocked") {
      const [id, blocked] = parameters as [string, unknown];
      if (blocked === null) this.#blocked.delete(id);
      else if (!this.#blocked.has(id)) this.#blocked.set(id, nth);
    }
    if (operation !== "identities.setOptOut") return;
    const [id, inboxId, optedOut, , sequence] = parameters as [string, string, boolean, string, string];
    const known = this.#optedOut.get(`${id} ${inboxId}`);
    if (known && sequence <= known.sequence) return;
    this.#optedOut.set(`${id} ${inboxId}`, { sequence, since: optedOut ? (known?.since ?? nth) : undefined });
  }

  /** @returns what shut the way before that call and has kept it shut since */
  before({ identityId, inboxId }: OutboundStored, nth: number): string | undefined {
    if ((this.#blocked.get(identityId) ?? nth) < nth) return "is blocked";
    return (this.#optedOut.get(`${identityId} ${inboxId}`)?.since ?? nth) < nth ? "has opted out" : undefined;
  }
}

/** I7: whatever goes out passed the gate in that very attempt, by what was known then; robots get no automatic answer. */
export function oneGate(): Checker {
  const closings = new Closings();
  let calls = 0;
  /** run and message → the attempt's first read, and the message as it was read */
  const attempts = new Map<string, { nth: number; message: OutboundStored }>();
  /** run and identity → the last time that its facts were read */
  const factsRead = new Map<string, number>();

  return {
    invariant: "I7",

    onCall(observation, history) {
      calls += 1;
      closings.learn(observation, calls);
      const { functionName, invocation, operation, parameters, result } = observation;
      if (functionName !== "send") return;
      if (operation === "messages.get") {
        const message = result as StoredMessage | undefined;
        if (message?.direction === "out") attempts.set(`${invocation} ${message.id}`, { nth: calls, message });
      }
      if (operation === "identities.get") factsRead.set(`${invocation} ${parameters[0] as string}`, calls);
      if (operation === "messages.raiseStatus") countRefusal(result as OutboundStored | undefined, history);
    },

    onDeparture(departure, history) {
      const messageId = messageIdIn(departure);
      if (messageId === undefined) return;
      const attempt = attempts.get(`${departure.invocation} ${messageId}`);
      if (!attempt) return history.violate("I7", `${messageId} goes out, and nobody has read it`);
      const { message, nth } = attempt;
      const readAt = factsRead.get(`${departure.invocation} ${message.identityId}`);
      if (readAt === undefined || readAt < nth)
        history.violate("I7", `${messageId} goes out without what is known of ${message.identityId}`);
      const shut = closings.before(message, readAt ?? nth);
      if (shut !== undefined) history.violate("I7", `${messageId} goes to ${message.identityId}, who ${shut}`);
      if (message.author === automatic) checkAutomatic(departure, message, history);
    },

    async atEnd(history) {
      for (const { messageId, isAutomatic, channel, from } of history.ledger.messages.values()) {
        if (!isAutomatic) continue;
        history.reached("I7", "a robot wrote");
        const answerId = derivedId("msg", automatic, messageId);
        if (await history.stores.messages.get(answerId))
          history.violate(
            "I7",
            `${messageId}, which a robot wrote, was answered by itself: ${identityIdOf(channel, from)}`,
          );
      }
    },
  };
}

function checkAutomatic({ operation, parameters }: Departure, message: OutboundStored, history: History): void {
  history.reached("I7", "an automatic answer went out");
  if (operation !== "mail.send") return;
  const { raw } = parameters[0] as MailMessage;
  const fields = fieldsOf(Buffer.from(raw).toString("utf8"));
  if (fields.get("auto-submitted") !== "auto-replied")
    history.violate("I7", `${message.id} is an automatic mail, and does not say so`);
}

function countRefusal(message: OutboundStored | undefined, history: History): void {
  const code = message?.error?.code;
  if (code === "blocked-address" || code === "opted-out") history.reached("I7", "the gate stopped a hand-over");
}

/** Of a reply that is about to go to its provider, or straight to a chat. */
function messageIdIn({ functionName, operation, parameters }: Departure): string | undefined {
  if (functionName !== "send") return undefined;
  switch (operation) {
    case "mail.send":
      return messageIdOfSend((parameters[0] as MailMessage).tags["sendId"] ?? "");
    case "chatSockets.push": {
      const frame = JSON.parse(parameters[1] as string) as { type: string; messageId: string };
      return frame.type === "message" ? frame.messageId : undefined;
    }
    case "http.call": {
      const { method, body = "" } = parameters[0] as HttpCall;
      const callback = new URLSearchParams(body).get("StatusCallback")?.split("/").at(-1);
      return method === "POST" ? messageIdOfSend(callback ?? "") : undefined;
    }
    default:
      return undefined;
  }
}
