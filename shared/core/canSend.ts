import type { Capabilities } from "./capabilities.ts";
import type { Inbox } from "./configuration.ts";
import type { Identity } from "./customer.ts";

/** All that the gate may know about a message out. */
export interface SendFacts {
  text: string;
  /** the customer's address on the channel */
  address: string;
  inboxId: string;
  /** absent: the configuration has no inbox of that id any more */
  inbox: Inbox | undefined;
  /** absent: nobody has ever written from that address */
  identity: Pick<Identity, "optOuts" | "blocked"> | undefined;
  /** absent: the channel is not built or no longer registered */
  capabilities: Pick<Capabilities, "text" | "reachableAddress"> | undefined;
}

export type RefusalReason = "no-route-back" | "blocked-address" | "opted-out" | "text-empty" | "text-too-long";

/** What could be done in place of what was refused. */
export type Alternative =
  | { kind: "wait-for-opt-in"; inboxId: string }
  | { kind: "unblock"; address: string }
  | { kind: "restore-inbox"; inboxId: string }
  | { kind: "shorten-text"; maxCharacters: number };

export interface Refusal {
  ok: false;
  reason: RefusalReason;
  /** for a person, in English: what stands in the way and who can change it */
  explanation: string;
  alternatives: Alternative[];
}

export type CanSendVerdict = { ok: true } | Refusal;

type SendRule = (facts: SendFacts) => Refusal | undefined;

/** In this order: what no change of the text can help comes first. */
const sendRules: SendRule[] = [inboxIsThere, addressIsReachable, addressIsOpen, customerWantsIt, textIsThere, textFits];

/** The one gate that every message out passes (invariant I7). The first rule that refuses gives the answer. */
export function canSend(facts: SendFacts): CanSendVerdict {
  for (const rule of sendRules) {
    const refusal = rule(facts);
    if (refusal) return refusal;
  }
  return { ok: true };
}

function inboxIsThere({ inbox, inboxId, capabilities }: SendFacts): Refusal | undefined {
  if (inbox && capabilities) return undefined;
  const missing = inbox ? `the channel "${inbox.channel}" of inbox "${inboxId}"` : `the inbox "${inboxId}"`;
  return refuse("no-route-back", `The customer wrote to ${missing}, which is not in the configuration any more.`, {
    kind: "restore-inbox",
    inboxId,
  });
}

function addressIsReachable({ address, capabilities }: SendFacts): Refusal | undefined {
  const reachable = capabilities?.reachableAddress;
  if (reachable === undefined || new RegExp(reachable).test(address)) return undefined;
  return refuse("no-route-back", `"${address}" only sends: no reply can reach it.`);
}

function addressIsOpen({ address, identity }: SendFacts): Refusal | undefined {
  if (!identity?.blocked) return undefined;
  const { by, at } = identity.blocked;
  return refuse("blocked-address", `${by} blocked this address at ${at}.`, { kind: "unblock", address });
}

function customerWantsIt({ identity, inboxId }: SendFacts): Refusal | undefined {
  const optOut = identity && Object.hasOwn(identity.optOuts, inboxId) ? identity.optOuts[inboxId] : undefined;
  if (!optOut) return undefined;
  const explanation = `The customer stopped messages from "${inboxId}" at ${optOut.at}. Only they can lift it, by sending START.`;
  return refuse("opted-out", explanation, { kind: "wait-for-opt-in", inboxId });
}

function textIsThere({ text }: SendFacts): Refusal | undefined {
  return text.trim() === "" ? refuse("text-empty", "The message has no text.") : undefined;
}

function textFits({ text, capabilities }: SendFacts): Refusal | undefined {
  const most = capabilities ? capabilities.text.maxCharacters * capabilities.text.maxParts : 0;
  if (text.length <= most) return undefined;
  const explanation = `The message has ${text.length} characters; this channel takes ${most}.`;
  return refuse("text-too-long", explanation, { kind: "shorten-text", maxCharacters: most });
}

function refuse(reason: RefusalReason, explanation: string, ...alternatives: Alternative[]): Refusal {
  return { ok: false, reason, explanation, alternatives };
}
