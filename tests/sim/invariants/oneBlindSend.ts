import { sendIdOf } from "../../../shared/core/ids.ts";
import type { Checker } from "../history.ts";

/** I6: a reply is handed to its provider once; an unknown outcome is resolved by evidence or parked, never retried blind. */
export const oneBlindSend: Checker = {
  invariant: "I6",

  onCall({ operation, parameters, result }, history) {
    if (operation === "messages.requeueSend" && result === true) history.reached("I6", "a reply was queued again");
    if (operation !== "messages.raiseStatus") return;
    const [, { status }] = parameters as [string, { status: string }];
    if (status === "unknown") history.reached("I6", "an outcome was unknown");
    if (status === "parked") history.reached("I6", "a reply was parked");
  },

  async atEnd(history) {
    const { handOvers, lookUps, redrivenSends } = history.ledger;
    for (const [sendId, entries] of handOvers) {
      // A person may hand it over again, knowingly.
      if (redrivenSends.has(sendId)) continue;
      const taken = entries.filter((entry) => entry.taken).length;
      if (taken > 1) history.violate("I6", `the provider took ${sendId} ${taken} times`);
      for (const [index, entry] of entries.entries()) {
        const before = entries[index - 1];
        if (before === undefined || before.surelyNotTaken) continue;
        const evidence = lookUps.some((at) => at > before.at && at <= entry.at);
        if (!evidence) history.violate("I6", `${sendId} was handed over again without evidence about the time before`);
        else history.reached("I6", "a reply was handed over again after a look-up");
      }
    }
    for (const { id, status } of await history.outboundMessages()) {
      const entries = handOvers.get(sendIdOf(id)) ?? [];
      const taken = entries.some((entry) => entry.taken);
      if (!taken && (status === "sent" || status === "delivered" || status === "read")) {
        history.violate("I6", `${id} says ${status}, but the provider never took it`);
      }
    }
  },
};
