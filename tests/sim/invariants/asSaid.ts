import type { InboundStored } from "../../../shared/core/message.ts";
import type { Checker } from "../history.ts";
import type { Said } from "../ledger.ts";

/** I1: what somebody said on a social channel is there as they said it, and so is what they put right or took back later. */
export const asSaid: Checker = {
  invariant: "I1",

  async atEnd(history) {
    const parked = await history.parkedText();
    const byInbox = Map.groupBy(await history.inboundMessages(), ({ inboxId }) => inboxId);
    for (const said of history.ledger.said) {
      const { inboxId, providerId, text, about } = said;
      const named = about?.providerId ?? providerId;
      if (parked.includes(named)) continue;
      const what = about ? `the ${about.kind} of ${named}` : named;
      const [found, ...others] = (byInbox.get(inboxId) ?? []).filter((message) => isOf(message, said));
      if (!found || others.length > 0)
        history.violate("I1", `${what}, said to ${inboxId}, is ${found ? others.length + 1 : "no"} messages`);
      else if (found.text !== text) history.violate("I1", `${what}, said to ${inboxId}, reads "${found.text}"`);
      if (about) history.reached("I1", about.kind === "edit" ? "a message was put right" : "a message was taken back");
    }
  },
};

/** A change is a message of its own, whatever it is named after. */
function isOf({ context, providerId, text }: InboundStored, said: Said): boolean {
  const isChange = context?.kind === "edit" || context?.kind === "deletion";
  if (!said.about) return !isChange && providerId === said.providerId;
  return context?.kind === said.about.kind && context.providerId === said.about.providerId && text === said.text;
}
