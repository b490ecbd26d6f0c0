import type { Conversation } from "../../shared/core/conversation.ts";
import type { Identity, Merge } from "../../shared/core/customer.ts";
import type { Observation } from "./host/invocation.ts";

/**
 * Who counts as whom, read from the writes that were carried out by a few plain lines that share nothing with the product:
 * the checkers compare what the stores say with this.
 */
export class JoinModel {
  /** by identity */
  readonly firstCustomers = new Map<string, string>();
  /** by customer: whom it was merged into and not parted from */
  readonly mergedInto = new Map<string, string>();
  /** by id, undone ones among them */
  readonly merges = new Map<string, Merge>();
  readonly undone = new Set<string>();
  /** conversations that a merge closed, and that nobody has opened again since */
  readonly withdrawn = new Set<string>();
  /** that were closed by a merge, and opened again */
  readonly givenBack = new Set<string>();

  learn({ operation, parameters, result }: Observation): void {
    if (operation === "conversations.reopen") {
      const conversation = result as Conversation | undefined;
      const isOpen = conversation !== undefined && conversation.closedAt === undefined;
      if (isOpen && this.withdrawn.delete(conversation.id)) this.givenBack.add(conversation.id);
    }
    if (operation === "identities.create") {
      const { id, customerId } = result as Identity;
      if (!this.firstCustomers.has(id)) this.firstCustomers.set(id, customerId);
    }
    if (operation !== "customers.merge" && operation !== "customers.undoMerge") return;
    const merge = parameters[0] as Merge;
    if (result !== true) return;
    if (operation === "customers.merge" && !this.merges.has(merge.id)) {
      this.merges.set(merge.id, merge);
      this.mergedInto.set(merge.fromId, merge.survivorId);
      if (merge.withdrawnConversationId !== undefined) this.withdrawn.add(merge.withdrawnConversationId);
    }
    if (operation === "customers.undoMerge" && !this.undone.has(merge.id)) {
      this.undone.add(merge.id);
      this.mergedInto.delete(merge.fromId);
    }
  }

  /** As whom a customer counts; undefined where the merges form a circle. */
  currentOf(customerId: string): string | undefined {
    const seen = new Set<string>();
    for (let id = customerId; ;) {
      if (seen.has(id)) return undefined;
      seen.add(id);
      const next = this.mergedInto.get(id);
      if (next === undefined) return id;
      id = next;
    }
  }

  /** As whom an identity counts; undefined where nobody has seen it. */
  ownerOf(identityId: string): string | undefined {
    const first = this.firstCustomers.get(identityId);
    return first === undefined ? undefined : this.currentOf(first);
  }
}
