import { sendRank, type OutboundStored, type SendStatus, type StoredMessage } from "../../../shared/core/message.ts";
import { sendIdOf } from "../../../shared/core/ids.ts";
import { partId } from "../../../shared/flow/reply.ts";
import type { Parked } from "../../../shared/ports/work.ts";
import type { Observation } from "../host/invocation.ts";
import type { Checker, History } from "../history.ts";
import { replyIn } from "../sends.ts";

/** I3: texts of one identity are decided in the order of their queue, and a status's rank only rises. */
export function order(): Checker {
  /** by identity */
  const lastDecided = new Map<string, string>();
  /** bodies of messages that ever were parked: those a person may have sent on at any time */
  const wasParked: string[] = [];
  /** ids of messages of which a copy became a dead letter */
  const gaveUp = new Set<string>();
  /** by message */
  const lastStatus = new Map<string, SendStatus>();

  function onCreate({ result }: Observation, history: History): void {
    const { created, message } = result as { created: boolean; message: StoredMessage };
    if (!created) return;
    if (message.direction === "out") lastStatus.set(message.id, message.status);
    if (message.direction !== "in") return;
    const last = lastDecided.get(message.identityId) ?? "";
    if (message.sequence < last) {
      history.violate("I3", `${message.id} (${message.sequence}) was decided after ${last} of the same identity`);
    }
    if (last !== "") history.reached("I3", "a second text of an identity was decided");
    lastDecided.set(message.identityId, message.sequence);
  }

  function onRaise({ parameters, result }: Observation, history: History): void {
    const [id, change] = parameters as [string, { status: SendStatus }];
    const stored = result as OutboundStored | undefined;
    if (stored === undefined) return;
    const last = lastStatus.get(id) ?? "queued";
    if (sendRank(stored.status) < sendRank(last)) history.violate("I3", `${id} fell from ${last} to ${stored.status}`);
    if (sendRank(change.status) < sendRank(last)) history.reached("I3", "a status came after a higher one");
    lastStatus.set(id, stored.status);
  }

  return {
    invariant: "I3",

    onDeparture(departure, history) {
      const id = replyIn(departure, history);
      const claimed = history.claimedBy(departure.invocation).find((each) => each.id === id);
      if (!claimed?.part || claimed.part.index === 0) return;
      const { part } = claimed;
      const before = partId({ ...claimed, part }, part.index - 1);
      history.reached("I3", "a later part of a reply went out");
      const status = lastStatus.get(before) ?? "queued";
      if (sendRank(status) < sendRank("parked") && !history.ledger.redrivenSends.has(sendIdOf(before)))
        history.violate("I3", `part ${part.index} of ${part.firstId} goes out while the one before it is ${status}`);
    },

    onCall(observation, history) {
      const { functionName, operation, parameters, result } = observation;
      if (functionName === "drain" && operation === "messages.get") gaveUp.add(parameters[0] as string);
      if (operation === "parked.put") wasParked.push((parameters[0] as Parked).body);
      if (operation === "messages.create") onCreate(observation, history);
      if (operation === "messages.raiseStatus") onRaise(observation, history);
      if (operation === "messages.claimSend" && result)
        lastStatus.set(parameters[0] as string, (result as OutboundStored).status);
      // Back to queued is the one way down: the provider surely has nothing (I6 checks that).
      if (operation === "messages.requeueSend" && result === true) lastStatus.set(parameters[0] as string, "queued");
    },

    async atEnd(history) {
      const parked = await history.parkedText();
      await checkSeries(wasParked.join("\n"), gaveUp, history);
      for (const { id, sendId, status } of await history.outboundMessages()) {
        for (const accepted of history.ledger.statuses.get(sendId) ?? []) {
          if (sendRank(status) < sendRank(accepted) && !parked.includes(sendId)) {
            history.violate("I3", `${id} is ${status}, though the provider's ${accepted} was accepted`);
          }
        }
      }
    },
  };
}

/**
 * What one request told of a customer comes to stand in its order. What was parked comes later, and so may another copy of what
 * became a dead letter.
 */
async function checkSeries(wasParked: string, gaveUp: Set<string>, history: History): Promise<void> {
  for (const series of history.ledger.series) {
    let last = "";
    for (const id of series) {
      const message = await history.stores.messages.get(id);
      const isLate = gaveUp.has(id) || (message?.direction === "in" && wasParked.includes(message.providerId));
      if (message?.direction !== "in" || isLate) continue;
      if (last !== "") history.reached("I3", "one request told of two messages of a customer");
      if (message.sequence < last) history.violate("I3", `${id} came before what its request told first`);
      last = message.sequence;
    }
  }
}
