import { refuse, type Refusal, type RoutedFacts } from "./facts.ts";
import { optOutsOf } from "../identify.ts";

/* Rules about whom a message is for. */

export function inboxAnswers({ inbox, capabilities }: RoutedFacts): Refusal | undefined {
  if (!capabilities.needsReplyUrl || inbox.replyUrl !== undefined) return undefined;
  return refuse("no-route-back", `"${inbox.id}" only receives: an operator can give it a replyUrl in router.yaml.`);
}

export function addressIsReachable({ address, capabilities }: RoutedFacts): Refusal | undefined {
  const reachable = capabilities.reachableAddress;
  if (reachable === undefined || new RegExp(reachable).test(address)) return undefined;
  return refuse("no-route-back", `"${address}" only sends: no reply can reach it.`);
}

export function addressIsOpen({ address, identity }: RoutedFacts): Refusal | undefined {
  if (!identity?.blocked) return undefined;
  const { by, at } = identity.blocked;
  return refuse("blocked-address", `${by} blocked this address at ${at}.`, { kind: "unblock", address });
}

/** STOP to one of our addresses leaves the others open. */
export function customerWantsIt({ identity, inboxId, inbox }: RoutedFacts): Refusal | undefined {
  const [optOut] = identity ? optOutsOf(identity, inboxId, inbox) : [];
  if (!optOut) return undefined;
  const explanation = `The customer stopped messages from "${inboxId}" at ${optOut.at}. Only they can lift it, by sending START.`;
  return refuse("opted-out", explanation, { kind: "wait-for-opt-in", inboxId });
}

/** Whoever has it by now is not who was written to. */
export function addressIsStillTheirs({ address, identity }: RoutedFacts): Refusal | undefined {
  if (identity?.leftAt === undefined) return undefined;
  const explanation = `The customer has had another address than "${address}" since ${identity.leftAt}: this one may be somebody else's.`;
  return refuse("no-route-back", explanation);
}

/** Of what arrives there from one of our inboxes nothing may arrive from another. */
export function addressTakesIn({ address, identity, inboxId }: RoutedFacts): Refusal | undefined {
  const shutOut = identity?.shutOut && Object.hasOwn(identity.shutOut, inboxId) ? identity.shutOut[inboxId] : undefined;
  const trouble = identity?.unreachable ?? shutOut;
  if (!trouble) return undefined;
  const [whose, where] = identity?.unreachable ? ["Nothing", "from there"] : [`Nothing of "${inboxId}"`, "to it"];
  const reason = trouble.reason.replace(/[.\s]+$/, "");
  const explanation = `${whose} arrives at "${address}" since ${trouble.at}: ${reason}. A message ${where} opens it again.`;
  return refuse("address-unreachable", explanation, { kind: "wait-for-message", inboxId });
}

/** Who is known by a record alone has not written to us, and must have agreed before we write to them. */
export function customerAgreed({ address, identity, inboxId, capabilities, lastInboundAt }: RoutedFacts) {
  if (!capabilities.needsConsent || !identity || identity.consent || lastInboundAt !== undefined) return undefined;
  if (!identity.evidence.every(({ kind }) => kind === "imported")) return undefined;
  const explanation = `"${address}" comes from an imported record, and nothing says that they agreed to be written to.`;
  return refuse("no-consent", explanation, { kind: "record-consent", address }, { kind: "wait-for-message", inboxId });
}
