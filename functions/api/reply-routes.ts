import type { Conversation } from "../../shared/core/conversation.ts";
import type { Identity } from "../../shared/core/customer.ts";
import { currentCustomer, familyOf } from "../../shared/flow/customers.ts";
import type { ReplyRoute } from "../../shared/flow/reply.ts";
import type { App } from "../../shared/ports/app.ts";

/** Every address of the customer as whom this one counts today, the longest known first. */
export async function identitiesOf(customerId: string, app: App): Promise<Identity[]> {
  const family = await familyOf(await currentCustomer(customerId, app), app);
  const identities = await app.stores.identities.many([...new Set(family.flatMap((each) => each.identityIds))]);
  return identities.toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
}

/**
 * The inbox that the customer wrote to last where the channel is the same, so that they know who answers; else the
 * channel's first.
 *
 * @returns undefined where the channel has no inbox any more
 */
export function routeTo(
  { id, channel, address }: Identity,
  conversation: Conversation,
  app: App,
): ReplyRoute | undefined {
  const inboxes = app.config.inboxes.filter((inbox) => inbox.channel === channel);
  const inbox = inboxes.find((each) => each.id === conversation.inboxId) ?? inboxes[0];
  return inbox && { identityId: id, channel, address, inboxId: inbox.id };
}
