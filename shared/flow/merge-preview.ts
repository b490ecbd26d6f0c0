import { familyOf, identitiesOf } from "./customers.ts";
import { byOpening, type OpenConversation } from "./merge-effects.ts";
import type { Customer, Evidence, Identity } from "../core/customer.ts";
import { limits } from "../core/limits.ts";
import type { App } from "../ports/app.ts";

interface Pair {
  survivor: Identity;
  from: Identity;
  evidence: Evidence[];
}

/** What merging two customers would join. */
export interface MergePreview {
  /** each address of the one with each of the other, and what was known before to speak for it; up to `limits.maxPreviewedPairs` */
  pairs: Pair[];
  /** there are more pairs than that: those with evidence come first, then those that show each address once */
  truncated: boolean;
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
    pairs: pairsOf(own, theirs),
    truncated: own.length * theirs.length > limits.maxPreviewedPairs,
    keptConversationId: kept?.id,
    withdrawnConversationId: withdrawn?.id,
  };
}

/** Two customers with 150 addresses each would make 22,500 pairs: what a person can read of them is there. */
function pairsOf(own: Identity[], theirs: Identity[]): Pair[] {
  const pairs = own.flatMap((survivor, row) =>
    theirs.map((from, column) => {
      const evidence = sharedEvidence(survivor, from);
      const showsNewAddress = row % theirs.length === column || column % own.length === row;
      return { pair: { survivor, from, evidence }, rank: evidence.length > 0 ? 0 : showsNewAddress ? 1 : 2 };
    }),
  );
  const ranked =
    pairs.length > limits.maxPreviewedPairs ? pairs.toSorted((one, other) => one.rank - other.rank) : pairs;
  return ranked.slice(0, limits.maxPreviewedPairs).map(({ pair }) => pair);
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
