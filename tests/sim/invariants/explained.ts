import { isDeepStrictEqual } from "node:util";
import { languageDetector, type DetectedLanguage } from "../../../functions/route/language.ts";
import type { InboundStored } from "../../../shared/core/message.ts";
import { decide, readableText } from "../../../shared/core/rules/decide.ts";
import { compiledRules } from "../../../shared/flow/rules.ts";
import type { Checker, History } from "../history.ts";
import { saidAt } from "../said.ts";

/** I9: each decision follows again from what is stored of it: the message, the versions that it names, and `now`. */
export const explained: Checker = {
  invariant: "I9",

  async atEnd(history) {
    for (const message of await history.inboundMessages()) await checkDecision(message, history);
  },
};

async function checkDecision(message: InboundStored, history: History): Promise<void> {
  const { id, identityId, decision } = message;
  const { versions, customerId = history.joins.firstCustomers.get(identityId) ?? "" } = decision;
  const identity = await history.stores.identities.atVersion(identityId, versions.identity);
  const profile = await history.stores.customers.atVersion(customerId, versions.customer);
  if (!identity) return history.violate("I9", `${id} rests on version ${versions.identity} of ${identityId}: gone`);
  if (!profile && versions.customer > 0)
    return history.violate("I9", `${id} rests on version ${versions.customer} of ${customerId}: gone`);
  const { channel, inboxId, text, media, optOut, subject, automatic, marks, providerId, context } = message;
  const isQuiet = quietKinds.includes(context?.kind) || undefined;
  const taken = { kind: "message" as const, accountId: "", from: "", channel, inboxId, text, media, providerId };
  const detected = await detectedOf(readableText(message), history.config.languages);
  const facts = {
    saidAt: saidAt(message),
    identity,
    customer: { version: versions.customer, attributes: profile?.attributes ?? {} },
    customerId: decision.customerId,
    language: detected.language ?? decision.language,
    detector: detected.detector,
    conversationId: decision.conversationId,
    opens: decision.opens,
    reopens: decision.reopens,
    relatesTo: decision.relatesTo,
  };
  const again = decide(
    { ...taken, optOut, subject, automatic, marks, isQuiet },
    facts,
    compiledRules(history.config),
    Date.parse(decision.now),
  );
  if (!isDeepStrictEqual(asStored(again), asStored(decision)))
    history.violate("I9", `${id} was decided ${JSON.stringify(decision)}, and again ${JSON.stringify(again)}`);
  count(message, history);
}

/** By the text and what it may be in: customers say the same things over and over, and to detect is slow. */
const known = new Map<string, DetectedLanguage>();

async function detectedOf(text: string, languages: string[]): Promise<DetectedLanguage> {
  const key = `${languages.join()} ${text}`;
  const detected = known.get(key) ?? (await languageDetector())(text, languages);
  known.set(key, detected);
  return detected;
}

/** What wakes nobody, by what it is. */
const quietKinds: unknown[] = ["reaction", "deletion", "address-change"];

const asStored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function count({ decision, planVersion }: InboundStored, history: History): void {
  const { rules, versions, customerId } = decision;
  history.reached("I9", "a decision was computed again");
  if (rules.includes("gold")) history.reached("I9", "a decision rested on an attribute");
  if (versions.identity > 1) history.reached("I9", "a decision rested on a later version of an identity");
  if (versions.customer > 0) history.reached("I9", "a decision rested on a later version of a customer");
  if (customerId !== undefined) history.reached("I9", "a decision rested on a merge");
  if (planVersion > 0) history.reached("I9", "a plan was replaced");
  if (decision.kind === "keep") history.reached("I9", "a message was kept");
}
