import { identityIdAt, ownAddress, placeOf } from "../core/address.ts";
import { capabilitiesOf } from "../core/capabilities.ts";
import { messageIdOf } from "../core/ids.ts";
import type { InboundMessage } from "../core/message.ts";
import type { Timestamp } from "../core/time.ts";
import type { App } from "../ports/app.ts";
import { isoTime } from "../ports/clock.ts";

/** Puts messages on the inbound queue, each under its identity: they are durable when this returns. */
export const takeInMessages = (messages: InboundMessage[], app: App): Promise<void> =>
  enqueue(
    messages.map((message) => withOwnAddresses(message, app)),
    isoTime(app.clock.now()),
    app,
  );

/** @param messages with their addresses in the one form that names identities */
export async function enqueue(messages: InboundMessage[], receivedAt: Timestamp, app: App): Promise<void> {
  await app.queues.inbound.send(
    messages.map((message) => ({
      body: { schemaVersion: 1, message, receivedAt },
      groupId: identityIdAt(placeOf({ ...message, address: message.from }, app.config)),
      deduplicationId: messageIdOf(message.channel, message.accountId, message.providerId),
    })),
  );
}

/** However a provider writes an address, it names one identity; an answer goes to it as it was written. */
export function withOwnAddresses(message: InboundMessage, { config }: App): InboundMessage {
  const capabilities = capabilitiesOf(message, config);
  if (!capabilities) return message;
  const from = ownAddress(message.from, capabilities);
  const { replyTo = from === message.from ? undefined : message.from } = message;
  const others = (message.aliases ?? []).map((alias) => ownAddress(alias, capabilities));
  const aliases = Array.from(new Set(others)).filter((alias) => alias !== from);
  const left = (message.leaves ?? []).map((address) => ownAddress(address, capabilities));
  const leaves = aliases.filter((alias) => left.includes(alias));
  return {
    ...message,
    from,
    ...(replyTo !== undefined && { replyTo }),
    ...(message.aliases && { aliases: aliases.length > 0 ? aliases : undefined }),
    ...(message.leaves && { leaves: leaves.length > 0 ? leaves : undefined }),
  };
}
