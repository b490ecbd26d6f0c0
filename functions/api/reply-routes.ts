import { visibleConversation } from "../access.ts";
import type { CallOf } from "./routes.ts";
import { capabilitiesOf, type Capabilities } from "../../shared/core/capabilities.ts";
import type { CanSendVerdict, Refusal } from "../../shared/core/canSend.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import type { Identity } from "../../shared/core/customer.ts";
import { humanAgentEndsAt, windowClosesAt } from "../../shared/core/gate/time.ts";
import { addressesOf } from "../../shared/flow/customers.ts";
import { lastInboundAt, mayGoOut, templatesOf, type Outgoing, type ReplyRoute } from "../../shared/flow/gate.ts";
import { routeTo } from "../../shared/flow/reply.ts";
import type { App } from "../../shared/ports/app.ts";
import { isoTime } from "../../shared/ports/clock.ts";

/** A text that every channel takes: what is left is whether the address may be written to. */
const anyText: Outgoing = { text: "?", files: [], quickReplies: [], isAutomatic: false };

export async function listRoutes(call: CallOf<"listRoutes">) {
  const { app } = call;
  const conversation = await visibleConversation(call.parameters.id, call);
  const ways = await waysOf(anyText, conversation, app);
  const items = ways.map(async ({ route, identity, capabilities, verdict }) => {
    const facts = { capabilities, lastInboundAt: await lastInboundAt(route, { identity, conversation }, app) };
    const closesAt = verdict.ok && verdict.asHumanAgent ? humanAgentEndsAt(facts) : windowClosesAt(facts);
    return {
      ...route,
      isLastUsed: identity.id === conversation.identityId,
      canSend: verdict.ok ? verdict : withOthers(verdict, route, ways),
      capabilities: shownCapabilities(capabilities, templatesOf(route.inboxId, app).length > 0),
      windowClosesAt: closesAt === undefined ? null : isoTime(closesAt),
    };
  });
  return { items: await Promise.all(items) };
}

const shownCapabilities = (
  { text, media, quickReplies, templates, rates = [] }: Capabilities,
  hasTemplates: boolean,
) => ({
  text: { maxCharacters: text.maxCharacters, maxParts: text.maxParts },
  media: {
    maxCount: media.maxCount,
    maxTotalBytes: media.maxTotalBytes ?? null,
    isOneMessage: media.isOneMessage === true,
    types: media.types.map(({ pattern, maxBytes }) => ({ pattern, maxBytes })),
    maxCaptionCharacters: media.maxCaptionCharacters,
  },
  quickReplies: quickReplies ? { maxCount: quickReplies.maxCount, maxCharacters: quickReplies.maxCharacters } : null,
  templates: templates === true && hasTemplates,
  rates,
});

interface Way {
  route: ReplyRoute;
  identity: Identity;
  capabilities: Capabilities;
  verdict: CanSendVerdict;
}

/** Every address of the customer that is on a channel of ours, and whether this message may go there. */
async function waysOf(message: Outgoing, conversation: Conversation, app: App): Promise<Way[]> {
  const identities = await addressesOf(conversation.customerId, app);
  const ways = oneOfAliases(identities, conversation).map(async (identity): Promise<Way[]> => {
    const route = await routeTo(identity, conversation, app);
    const capabilities = route && capabilitiesOf(route, app.config);
    if (!capabilities) return [];
    return [
      { route, identity, capabilities, verdict: await mayGoOut(message, route, { identity, conversation }, app) },
    ];
  });
  return (await Promise.all(ways)).flat();
}

/**
 * Of addresses that the provider itself calls one person's, the one last used here, or the one that they came to last: the others
 * lead to the same chat, and those that they have left to somebody else.
 */
function oneOfAliases(identities: Identity[], { identityId }: Conversation): Identity[] {
  const isAlias = (one: Identity, other: Identity): boolean =>
    one.channel === other.channel && (one.aliases ?? []).includes(other.address);
  const theirs = identities.filter(({ leftAt }) => leftAt === undefined);
  const latestFirst = theirs.length < identities.length ? theirs.toReversed() : theirs;
  const [used, others] = [
    latestFirst.filter(({ id }) => id === identityId),
    latestFirst.filter(({ id }) => id !== identityId),
  ];
  const kept: Identity[] = [];
  for (const identity of [...used, ...others])
    if (!kept.some((each) => isAlias(each, identity) || isAlias(identity, each))) kept.push(identity);
  return kept;
}

/** What was refused, with the customer's other addresses to which the very same message may go. */
export async function withOtherChannels(
  refusal: Refusal,
  message: Outgoing,
  used: Pick<ReplyRoute, "identityId">,
  conversation: Conversation,
  app: App,
): Promise<Refusal> {
  return withOthers(refusal, used, await waysOf(message, conversation, app));
}

function withOthers(refusal: Refusal, { identityId }: Pick<ReplyRoute, "identityId">, ways: Way[]): Refusal {
  const open = ways.filter(({ route, verdict }) => verdict.ok && route.identityId !== identityId);
  const others = open.map(({ route }) => ({ kind: "other-channel" as const, ...route }));
  return { ...refusal, alternatives: [...refusal.alternatives, ...others] };
}
