import type { WebhookRequest } from "../../shared/channels/channel.ts";
import { channelsForWebhook } from "../../shared/channels/registry.ts";
import type { Configuration } from "../../shared/core/configuration.ts";
import { messageIdOf } from "../../shared/core/ids.ts";
import type { InboundMessage, StatusUpdate } from "../../shared/core/message.ts";
import type { AcceptedMessage } from "./ledger.ts";
import { addressOf } from "./people.ts";

/** What the answer 2xx to a provider's call promises. */
export interface Promised {
  messages: InboundMessage[];
  statuses: StatusUpdate[];
}

/** A signed request is read as its channel reads it: that is the contract suite's to show, and not looked at here. */
export function promisedBy(request: WebhookRequest, config: Configuration): Promised {
  for (const { webhook } of channelsForWebhook(request.path)) {
    const items = webhook?.parse(request, config);
    if (!items) continue;
    return {
      messages: items.filter((item) => item.kind === "message"),
      statuses: items.filter((item) => item.kind === "status"),
    };
  }
  return { messages: [], statuses: [] };
}

export const acceptedOf = ({
  channel,
  accountId,
  providerId,
  from,
  aliases,
}: InboundMessage): Omit<AcceptedMessage, "times" | "at"> => ({
  channel,
  messageId: messageIdOf(channel, accountId, providerId),
  providerId,
  from: addressOf(from),
  answers: [],
  aliases: aliases?.map(addressOf),
});
