import type { Channel } from "../../shared/channels/channel.ts";
import { channelOf } from "../../shared/channels/registry.ts";
import { secretFor } from "../../shared/channels/secret.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import { messageIdOf } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import type { InboundMessage } from "../../shared/core/message.ts";
import { isAccountedFor } from "../../shared/flow/accounted.ts";
import { takeInMessages } from "../../shared/flow/inbound.ts";
import type { App } from "../../shared/ports/app.ts";

/**
 * Compares what providers say that customers have sent in the last day with what we have, and takes in what is missing: a
 * provider that got no answer from our webhook gives it up. What is younger than a few minutes may still be on its way.
 *
 * @throws when a provider's list could not be read; the other inboxes are compared all the same
 */
export async function run(app: App): Promise<void> {
  const failures: unknown[] = [];
  for (const inbox of app.config.inboxes) {
    const channel = channelOf(inbox);
    if (!channel?.listInbound) continue;
    try {
      await compare(inbox, channel, app);
    } catch (error) {
      app.log.error("reconcile.failed", error, { inboxId: inbox.id });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "Not every provider's list could be compared with ours.");
}

async function compare(inbox: Inbox, channel: Channel, app: App): Promise<void> {
  const now = app.clock.now();
  const secret = await secretFor(channel, app);
  const request = { inbox, secret, since: now - limits.reconcileMs };
  const listed = await channel.listInbound!(request, app, app.config);
  const settled = listed.filter(
    ({ providerTime }) => providerTime === undefined || Date.parse(providerTime) <= now - limits.reconcileAfterMs,
  );
  const missing: InboundMessage[] = [];
  for (let start = 0; start < settled.length; start += limits.maxParallelReads) {
    const some = settled.slice(start, start + limits.maxParallelReads);
    const isMissing = await Promise.all(some.map((message) => isUnknown(message, app)));
    missing.push(...some.filter((_, position) => isMissing[position]));
  }
  if (missing.length === 0) return;
  await takeInMessages(missing, app);
  app.log.warn("reconcile.missing-taken-in", { inboxId: inbox.id, listed: listed.length, missing: missing.length });
}

async function isUnknown({ channel, accountId, providerId }: InboundMessage, app: App): Promise<boolean> {
  const id = messageIdOf(channel, accountId, providerId);
  return !(await app.stores.messages.get(id)) && !(await isAccountedFor(id, app));
}
