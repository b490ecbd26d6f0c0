import { canSend } from "../../../shared/core/canSend.ts";
import { capabilitiesOf } from "../../../shared/core/capabilities.ts";
import type { Identity } from "../../../shared/core/customer.ts";
import type { Inbox } from "../../../shared/core/inbox.ts";
import { derivedId, identityIdOf, messageIdOfSend } from "../../../shared/core/ids.ts";
import type { OutboundStored, SendError, StoredMessage } from "../../../shared/core/message.ts";
import type { HttpCall } from "../../../shared/ports/http.ts";
import type { MailMessage } from "../../../shared/ports/mail.ts";
import { textPriceMicros } from "../configuration.ts";
import { Closings, Windows } from "../gateModel.ts";
import type { Departure, Checker, History } from "../history.ts";
import { fieldsOf } from "../host/mailService.ts";
import type { Observation } from "../host/invocation.ts";
import { saidAt } from "../said.ts";
import { replyIn } from "../sends.ts";

const automatic = "automatic";
/** An attempt lasts no longer: of two sides of midnight, it counts for the one on which it began; nor does any run. */
const attemptMs = 15_000;

/** One run's look at one reply. */
interface Attempt {
  /** the call that read it first */
  nth: number;
  message: OutboundStored;
}

interface FactsRead {
  nth: number;
  at: number;
  identity: Identity | undefined;
}

/** I7: whatever goes out passed the gate in that very attempt, by what was known then; robots get no automatic answer. */
export function oneGate(): Checker {
  const closings = new Closings();
  let windows: Windows | undefined;
  let calls = 0;
  /** by run and message */
  const attempts = new Map<string, Attempt>();
  /** by run and identity: the last time that its facts were read */
  const factsRead = new Map<string, FactsRead>();
  /** by run and what it is of: the least that it read as spent */
  const spent = new Map<string, number>();
  /** when an identity was last noted as unreachable, milliseconds since 1970 */
  const noted = new Map<string, number>();

  function learnRead({ invocation, operation, parameters, result }: Observation, history: History): void {
    if (operation === "messages.get") {
      const message = result as StoredMessage | undefined;
      if (message?.direction === "out") attempts.set(`${invocation} ${message.id}`, { nth: calls, message });
    }
    if (operation === "identities.get") {
      const read = { nth: calls, at: history.clock.now(), identity: result as Identity | undefined };
      factsRead.set(`${invocation} ${parameters[0] as string}`, read);
    }
    if (operation === "rates.amount") {
      const key = `${invocation} ${parameters[0] as string}`;
      spent.set(key, Math.min(result as number, spent.get(key) ?? Infinity));
    }
  }

  function checkRefusal({ invocation, parameters, result }: Observation, history: History): void {
    const message = result as OutboundStored | undefined;
    const { status, error } = parameters[1] as { status: string; error?: SendError };
    // What has a provider's code is the provider's refusal.
    if (!message || status !== "failed" || !error || error.providerCode !== undefined) return;
    if (["blocked-address", "opted-out", "address-unreachable", "spend-cap", "window-closed"].includes(error.code))
      history.reached("I7", "the gate stopped a hand-over");
    if (error.code !== "window-closed") return;
    history.reached("I7", "a window had closed");
    const attempt = attempts.get(`${invocation} ${message.id}`);
    if (attempt && windows?.wasOpen(message, attempt.nth, history.clock.now()))
      history.violate("I7", `${message.id} was held back as if the window were closed`);
  }

  return {
    invariant: "I7",

    onCall(observation, history) {
      calls += 1;
      windows ??= new Windows(history.config);
      closings.learn(observation, calls);
      windows.learn(observation, calls);
      const { operation, parameters } = observation;
      if (operation === "identities.setUnreachable" && parameters[1] !== null)
        noted.set(parameters[0] as string, history.clock.now());
      if (observation.functionName !== "send") return;
      learnRead(observation, history);
      if (operation === "messages.raiseStatus") checkRefusal(observation, history);
    },

    onDeparture(departure, history) {
      const messageId = replyIn(departure, history);
      if (messageId === undefined) return;
      const attempt = attempts.get(`${departure.invocation} ${messageId}`);
      if (!attempt) return history.violate("I7", `${messageId} goes out, and nobody has read it`);
      const { message, nth } = attempt;
      const read = factsRead.get(`${departure.invocation} ${message.identityId}`);
      if (read === undefined || read.nth < nth)
        return history.violate("I7", `${messageId} goes out without what is known of ${message.identityId}`);
      const shut = closings.before(message, read.nth);
      if (shut !== undefined) history.violate("I7", `${messageId} goes to ${message.identityId}, who ${shut}`);
      const closed = windows?.objectionTo(message, read.at);
      if (closed !== undefined) history.violate("I7", `${messageId} ${closed}`);
      const spentMicros = spent.get(`${departure.invocation} spend:${message.inboxId}`) ?? 0;
      const lastInbound = windows?.lastInbound(message);
      const refusal = refusalOf(message, { ...read, spentMicros, lastInbound }, history);
      if (refusal !== undefined) history.violate("I7", `${messageId} goes out, though it is refused as ${refusal}`);
      if (isAsHumanAgent(departure)) history.reached("I7", "an answer went out as a person's");
      if (message.author === automatic) checkAutomatic(departure, message, history);
      if (message.part) history.reached("I7", "a part of a reply went out");
      if (message.media.length > 0) history.reached("I7", "a file went out");
      if (message.template) history.reached("I7", "a template went out");
    },

    async atEnd(history) {
      await checkRobots(history);
      await checkReachable(history, noted);
      await checkRemembered(history);
      await checkSpending(history);
    },
  };
}

/** What the gate says of the same facts, asked a second time. */
function refusalOf(
  message: OutboundStored,
  known: { identity: Identity | undefined; at: number; spentMicros: number; lastInbound: number | undefined },
  { config }: History,
): string | undefined {
  const { inboxId, to, text, template, quickReplies = [], media, author } = message;
  const verdict = canSend({
    text,
    files: media.map(({ contentType, bytes = 0, name = "file" }) => ({ contentType, bytes, name })),
    template,
    quickReplies,
    isAutomatic: author === automatic,
    address: to,
    inboxId,
    inbox: withoutNight(config.inboxes.find(({ id }) => id === inboxId)),
    identity: known.identity,
    capabilities: capabilitiesOf(message, config),
    templates: config.templates.filter(({ inboxIds }) => inboxIds.includes(inboxId)),
    lastInboundAt: known.lastInbound === undefined ? undefined : new Date(known.lastInbound).toISOString(),
    spentMicros: known.spentMicros,
    now: known.at,
  });
  return verdict.ok ? undefined : verdict.reason;
}

/** When customers sleep is looked at beside (quietHours.ts). */
const withoutNight = (inbox: Inbox | undefined): Inbox | undefined => inbox && { ...inbox, quietHours: undefined };

const isAsHumanAgent = ({ operation, parameters }: Departure): boolean =>
  operation === "http.call" && ((parameters[0] as HttpCall).body?.includes("HUMAN_AGENT") ?? false);

function checkAutomatic(departure: Departure, message: OutboundStored, history: History): void {
  history.reached("I7", "an automatic answer went out");
  if (isAsHumanAgent(departure)) history.violate("I7", `${message.id} is automatic and passes for a person's`);
  if (departure.operation === "mail.send") checkAutomaticMail(departure, message, history);
}

function checkAutomaticMail({ parameters }: Departure, message: OutboundStored, history: History): void {
  const { raw } = parameters[0] as MailMessage;
  const fields = fieldsOf(Buffer.from(raw).toString("utf8"));
  if (fields.get("auto-submitted") !== "auto-replied")
    history.violate("I7", `${message.id} is an automatic mail, and does not say so`);
}

async function checkRobots(history: History): Promise<void> {
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
}

/**
 * Whoever has written since can be reached. Somebody who writes while the word is being noted may be missed until they write
 * again: the run that notes it has looked for what they wrote just before.
 */
async function checkReachable(history: History, noted: Map<string, number>): Promise<void> {
  for (const message of await history.inboundMessages()) {
    const { id, identityId, createdAt } = message;
    const before = (noted.get(identityId) ?? 0) - Date.parse(createdAt);
    if (before >= 0 && before < attemptMs) continue;
    const unreachable = (await history.stores.identities.get(identityId))?.unreachable;
    if (!unreachable) continue;
    history.reached("I7", "nothing reached an address");
    if (saidAt(message) > unreachable.at)
      history.violate("I7", `${id} came from ${identityId} after ${unreachable.at}, since when it is "unreachable"`);
  }
}

/** A provider's word that nothing arrives at an address is remembered, until somebody writes from there. */
async function checkRemembered(history: History): Promise<void> {
  const wrote = Map.groupBy(await history.inboundMessages(), ({ identityId }) => identityId);
  for (const {
    id,
    identityId,
    sendId,
    status,
    error,
    createdAt,
    attemptedAt = createdAt,
  } of await history.outboundMessages()) {
    const isTold = history.ledger.statuses.get(sendId)?.includes("failed");
    if (status !== "failed" || error?.consequence !== "unreachable" || !isTold) continue;
    history.reached("I7", "a report said that nothing arrives");
    // Providers' clocks have no parts of a second.
    const hasWritten = wrote
      .get(identityId)
      ?.some((message) => message.createdAt.slice(0, 19) >= attemptedAt.slice(0, 19));
    if (!hasWritten && !(await history.stores.identities.get(identityId))?.unreachable)
      history.violate("I7", `${id} failed since nothing arrives at ${identityId}, and nobody remembers`);
  }
}

/** What the provider took of an inbox with a cap costs no more than the cap. */
async function checkSpending(history: History): Promise<void> {
  const taken = new Map<string, number>();
  for (const [sendId, entries] of history.ledger.handOvers) {
    const message = await history.stores.messages.get(messageIdOfSend(sendId));
    for (const { at, providerId } of message && entries.length > 0 ? entries : []) {
      if (providerId === undefined) continue;
      const day = new Date(at - attemptMs).toISOString().slice(0, 10);
      const key = `${message!.inboxId} ${day}`;
      taken.set(key, (taken.get(key) ?? 0) + textPriceMicros);
    }
  }
  for (const { id, spendCap } of history.config.inboxes) {
    if (!spendCap) continue;
    for (const [key, micros] of taken) {
      if (!key.startsWith(`${id} `)) continue;
      if (micros === spendCap.perDayMicros) history.reached("I7", "a cap was spent to the last text");
      if (micros > spendCap.perDayMicros)
        history.violate("I7", `${key} cost ${micros} micros or more, of ${spendCap.perDayMicros}`);
    }
  }
}
