import { consentWord, optOutsOf } from "../identify.ts";
import { matchingRules } from "./match.ts";
import { addUpSteps } from "./requirements.ts";
import type { CompiledRules } from "./compile.ts";
import type { Configuration, RoutingRule } from "../configuration.ts";
import type { Customer, Identity } from "../customer.ts";
import type { Decision, DecisionVersions, Requested } from "../decision.ts";
import type { InboundMessage } from "../message.ts";
import type { Timestamp } from "../time.ts";

/** Rises whenever the same inputs would give another decision than before (invariant I9). */
export const rulesEngineVersion = 2;

/** What was known about the customer when the message was decided. */
export interface RoutingFacts {
  /** when the message was said */
  saidAt: Timestamp;
  identity: Pick<Identity, "version" | "optOuts" | "blocked">;
  customer: Pick<Customer, "version" | "attributes">;
  /** of that customer, where the sender counts as them by a merge */
  customerId?: string;
  /** as `resolveLanguage` resolved it */
  language: string;
  /** name and version of what detected it */
  detector: string;
  conversationId: string;
  /** the message opens that conversation */
  opens: boolean;
  /** the closed conversation of the customer's that it opens again */
  reopens?: string;
  /** somebody else's conversation that it answers */
  relatesTo?: string;
}

/** On the conversation of somebody who answered another customer's mail. */
const otherSenderTag = "other-sender";

/** What rules and the language detector read of a message. */
export const readableText = ({ subject, text }: Pick<InboundMessage, "subject" | "text">): string =>
  subject === undefined ? text : `${subject}\n${text}`;

/**
 * Decides what becomes of one inbound message. Pure: the same inputs give the same decision for ever, which is what
 * explaining a decision and replaying history rest on.
 *
 * @param now milliseconds since 1970
 */
export function decide(message: InboundMessage, facts: RoutingFacts, rules: CompiledRules, now: number): Decision {
  const { config } = rules;
  const { conversationId, opens, reopens, relatesTo, language, identity, customer, customerId } = facts;
  const reason = reasonToKeep(message, facts, config);
  const common = {
    ...(customerId !== undefined && { customerId }),
    conversationId,
    opens,
    ...(reopens !== undefined && { reopens }),
    ...(relatesTo !== undefined && { relatesTo }),
    now: new Date(now).toISOString(),
    language,
  };
  const versions: DecisionVersions = {
    engine: rulesEngineVersion,
    detector: facts.detector,
    configuration: config.version,
    identity: identity.version,
    customer: customer.version,
  };
  if (reason)
    return { kind: "keep", reason, ...common, rules: [], requested: request([], [], language, config), versions };
  const { channel, inboxId, marks = [] } = message;
  const text = readableText(message);
  const ownTags = relatesTo === undefined ? marks : [...marks, otherSenderTag];
  const matching = matchingRules(rules, { channel, inboxId, text, language, attributes: customer.attributes, now });
  return {
    kind: "route",
    ...common,
    rules: matching.map((rule) => rule.id),
    requested: request(matching, ownTags, language, config),
    ...(opens && mayBeAnswered(message) ? automaticReply(matching, language, config) : {}),
    versions,
  };
}

function reasonToKeep(
  message: InboundMessage,
  { identity, saidAt }: RoutingFacts,
  { inboxes }: Configuration,
): string | undefined {
  const inbox = inboxes.find(({ id }) => id === message.inboxId);
  if (consentWord(message, saidAt, optOutsOf(identity, message.inboxId, inbox))) return "opt-out-word";
  if (message.isQuiet) return "quiet";
  if (message.automatic === "bounce" || message.automatic === "auto-reply") return message.automatic;
  return identity.blocked ? "blocked-address" : undefined;
}

/** Nothing answers by itself what no person wrote (RFC 3834, section 2), nor what may not come from its sender. */
const mayBeAnswered = ({ automatic, marks = [] }: InboundMessage): boolean =>
  automatic === undefined && !marks.some((mark) => doubtfulSender.has(mark));

/** Marks that say the sender may not be who they seem; others tell of the message alone. */
const doubtfulSender = new Set(["unauthenticated", "spam", "virus"]);

/** Of queues and priorities the first that is named counts; tags and requirements add up. */
function request(matching: RoutingRule[], ownTags: string[], language: string, config: Configuration): Requested {
  const actions = matching.map((rule) => rule.do);
  return {
    queueId: actions.find((action) => action.queue !== undefined)?.queue ?? config.defaultQueueId,
    steps: addUpSteps(
      actions.flatMap((action) => (action.steps ? [action.steps] : [])),
      language,
    ),
    priority: actions.find((action) => action.priority !== undefined)?.priority ?? "normal",
    tags: [...new Set([...actions.flatMap((action) => action.tags ?? []), ...ownTags])],
  };
}

function automaticReply(
  matching: RoutingRule[],
  language: string,
  config: Configuration,
): Pick<Decision, "automaticReply"> {
  const key = matching.find((rule) => rule.do.reply !== undefined)?.do.reply;
  if (key === undefined) return {};
  const texts = config.replies[key] ?? {};
  const text = texts[language] ?? texts[config.defaultLanguage];
  return text === undefined ? {} : { automaticReply: { key, text } };
}
