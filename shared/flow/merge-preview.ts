import { familyOf, identitiesOf } from "./customers.ts";
import { byOpening, type OpenConversation } from "./merge-effects.ts";
import type { Customer, Evidence, Identity } from "../core/customer.ts";
import type { App } from "../ports/app.ts";

/** What merging two customers would join. */
export interface MergePreview {
  /** each address of the one with each of the other, and what was known before to speak for it */
  pairs: { survivor: Identity; from: Identity; evidence: Evidence[] }[];
  /** the open conversation that both would go on with; absent where neither has one */
  keptConversationId?: string;
  /** the other open conversation, which the merge would close */
  withdrawnConversationId?: string;
}

/** What `mergeCustomers` would do now; it changes nothing. */
export async function previewMerge(survivor: Customer, from: Customer, app: App): Promise<MergePreview> {
  const [own, theirs, open] = await Promise.all([
    identitiesOf(await familyOf(survivor, app), app),
    identitiesOf(await familyOf(from, app), app),
    openConversations([survivor, from], app),
  ]);
  const [kept, withdrawn] = open.toSorted(byOpening);
  return {
    pairs: own.flatMap((one) =>
      theirs.map((other) => ({ survivor: one, from: other, evidence: sharedEvidence(one, other) })),
    ),
    keptConversationId: kept?.id,
    withdrawnConversationId: withdrawn?.id,
  };
}

/** One whose first message is still on its way counts as open, and one that is being opened again too. */
async function openConversations(customers: Customer[], app: App): Promise<OpenConversation[]> {
  const holders = customers.filter(({ openConversationId }) => openConversationId !== undefined);
  const found = await app.stores.conversations.many(holders.map(({ openConversationId }) => openConversationId!));
  return holders.flatMap(({ openConversationId: id, reopenedVersion }) => {
    const conversation = found.find((each) => each.id === id);
    const isOpen = conversation?.closedAt === undefined || reopenedVersion === conversation.messageVersion + 1;
    return id !== undefined && isOpen ? [{ id, conversation }] : [];
  });
}

/** By somebody's word of both: an import that named them, a sign-in, the provider, or a merge that was undone. */
const sharedEvidence = (one: Identity, other: Identity): Evidence[] =>
  one.evidence.filter(
    ({ kind, by }) =>
      kind !== "first-contact" && other.evidence.some((known) => known.kind === kind && known.by === by),
  );
