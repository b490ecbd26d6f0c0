import type { OutboundStored } from "../../../shared/core/message.ts";
import { messageIdOfSend, sendIdOf } from "../../../shared/core/ids.ts";
import type { Stores } from "../../../shared/ports/stores.ts";
import type { Checker, History } from "../history.ts";
import type { HandOver } from "../ledger.ts";

/** I6: a reply is handed to its provider once; an unknown outcome is resolved by evidence or parked, never retried blind. */
export const oneBlindSend: Checker = {
  invariant: "I6",

  onCall({ operation, parameters, result }, history) {
    if (operation === "messages.requeueSend" && result === true) onRequeue(parameters, history);
    if (operation !== "messages.raiseStatus") return;
    const [, { status }] = parameters as [string, { status: string }];
    if (status === "unknown") history.reached("I6", "an outcome was unknown");
    if (status === "parked") history.reached("I6", "a reply was parked");
  },

  async atEnd(history) {
    checkEvidence(history);
    await checkParked(history);
    // What goes to a chat may be pushed again: the customer's side knows messages by their ids (I2).
    const handedOver = (await history.outboundMessages()).filter(({ channel }) => channel !== "web");
    const alike = Map.groupBy(handedOver, ({ to, inboxId, text, media }) =>
      JSON.stringify([to, inboxId, text, media.map(({ key }) => key)]),
    );
    for (const messages of alike.values()) checkCopies(messages, history);
  },
};

/** Whoever died with the provider's answer in hand knows nothing of it: what comes then rests on a look-up alone. */
function onRequeue(parameters: readonly unknown[], history: History): void {
  history.reached("I6", "a reply was queued again");
  const [id, , kept = {}] = parameters as Readonly<Parameters<Stores["messages"]["requeueSend"]>>;
  const last = history.ledger.handOvers.get(sendIdOf(id))?.at(-1);
  if (last && (kept.notBefore !== undefined || kept.doubtfulSince === undefined)) last.isPauseNoted = true;
}

/** Between two hand-overs of one reply stands a look-up, or the provider's word that it has nothing. */
function checkEvidence(history: History): void {
  const { handOvers, lookUps, redrivenSends } = history.ledger;
  for (const [sendId, entries] of handOvers) {
    // A person may hand it over again, knowingly.
    if (redrivenSends.has(sendId)) continue;
    for (const [index, entry] of entries.entries()) {
      const before = entries[index - 1];
      if (before?.notBefore !== undefined && before.isPauseNoted) checkPause(before.notBefore, entry, history);
      if (before === undefined || before.surelyNotTaken) continue;
      const evidence = lookUps.some(({ origin, at }) => origin === entry.origin && at > before.at && at <= entry.at);
      if (evidence) history.reached("I6", "a reply was handed over again after a look-up");
      else history.violate("I6", `${sendId} was handed over again without evidence about the time before`);
    }
  }
}

function checkPause(notBefore: number, { sendId, at }: HandOver, history: History): void {
  history.reached("I6", "a provider that asked for quiet was asked again");
  if (at < notBefore)
    history.violate("I6", `${sendId} was handed over ${notBefore - at} ms before its provider wanted it`);
}

/** A send that a person is to decide about is decided by nothing else meanwhile. */
async function checkParked(history: History): Promise<void> {
  for (const { id, sendId } of await history.parked()) {
    if (sendId === undefined) continue;
    const message = await history.stores.messages.get(messageIdOfSend(sendId));
    const status = message?.direction === "out" ? message.status : undefined;
    if (status === "sending" || status === "unknown")
      history.violate("I6", `${sendId} is ${status}, and parked as ${id}`);
  }
}

/**
 * The customer gets as many copies as there are replies, and each reply that says it went out has a copy of its own. Replies
 * that read alike are counted together: the provider's list can't tell them apart, and nor can the customer.
 */
function checkCopies(alike: OutboundStored[], history: History): void {
  const { handOvers, redrivenSends, settledSends } = history.ledger;
  if (alike.some(({ sendId }) => redrivenSends.has(sendId))) return;
  // Who knows a message by our id takes it once, however often it comes.
  const taken = Array.from(
    new Set(alike.flatMap(({ sendId }) => handOvers.get(sendId) ?? []).flatMap(({ providerId }) => providerId ?? [])),
  );
  const { sendId } = alike[0]!;
  if (taken.length > alike.length) {
    history.violate(
      "I6",
      `the provider took ${sendId} ${taken.length} times, and there are ${alike.length} replies like it`,
    );
  }
  const claimed = new Set<string>();
  for (const { id, sendId: ownId, status, providerId } of alike) {
    if (settledSends.has(ownId)) continue;
    if (status !== "sent" && status !== "delivered" && status !== "read") continue;
    if (providerId === undefined || !taken.includes(providerId)) {
      history.violate("I6", `${id} says ${status}, but the provider never took it`);
    } else if (claimed.has(providerId)) {
      history.violate("I6", `${id} says ${status} by ${providerId}, which is another reply's`);
    } else claimed.add(providerId);
  }
}
