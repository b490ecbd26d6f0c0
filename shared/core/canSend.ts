import {
  addressIsOpen,
  addressIsReachable,
  addressIsStillTheirs,
  addressTakesIn,
  customerAgreed,
  customerWantsIt,
  inboxAnswers,
} from "./gate/address.ts";
import { filesAreTaken, quickRepliesAreTaken, templateIsTaken, textFits, textIsThere } from "./gate/content.ts";
import { refuse, type CanSendVerdict, type Refusal, type SendFacts, type SendRule } from "./gate/facts.ts";
import { allOfItIsAffordable, countryIsAllowed, somethingIsAffordable } from "./gate/money.ts";
import { isForHumanAgent, nobodySleeps, windowIsOpen } from "./gate/time.ts";

export type { Alternative, CanSendVerdict, FileFacts, Refusal, RefusalReason, SendFacts } from "./gate/facts.ts";

/** In this order: what no change of the message can help comes first. */
const sendRules: SendRule[] = [
  inboxIsOpen,
  inboxAnswers,
  addressIsReachable,
  addressIsStillTheirs,
  addressIsOpen,
  customerWantsIt,
  addressTakesIn,
  customerAgreed,
  countryIsAllowed,
  somethingIsAffordable,
  nobodySleeps,
  windowIsOpen,
  templateIsTaken,
  textIsThere,
  filesAreTaken,
  quickRepliesAreTaken,
  textFits,
  allOfItIsAffordable,
];

/** The one gate that every message out passes (invariant I7). The first rule that refuses gives the answer. */
export function canSend(facts: SendFacts): CanSendVerdict {
  const { inbox, capabilities } = facts;
  if (!inbox || !capabilities) return routeIsGone(facts);
  const routed = { ...facts, inbox, capabilities };
  for (const rule of sendRules) {
    const refusal = rule(routed);
    if (refusal) return refusal;
  }
  return isForHumanAgent(routed) ? { ok: true, asHumanAgent: true } : { ok: true };
}

function routeIsGone({ inbox, inboxId }: SendFacts): Refusal {
  const missing = inbox ? `the channel "${inbox.channel}" of inbox "${inboxId}"` : `the inbox "${inboxId}"`;
  return refuse("no-route-back", `The customer wrote to ${missing}, which is not in the configuration any more.`, {
    kind: "restore-inbox",
    inboxId,
  });
}

function inboxIsOpen({ inbox }: { inbox: { id: string; suspended?: string } }): Refusal | undefined {
  if (inbox.suspended === undefined) return undefined;
  const explanation = `Nothing goes out from "${inbox.id}": ${inbox.suspended}. An operator can open it again in router.yaml.`;
  return refuse("inbox-suspended", explanation, { kind: "resume-inbox", inboxId: inbox.id });
}
