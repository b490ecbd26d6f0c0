import { configuration, createFlow, type Flow } from "./harness.ts";
import type { Parsed } from "../../shared/channels/channel.ts";
import type { Capabilities } from "../../shared/core/capabilities.ts";
import { identityIdOf, messageIdOf } from "../../shared/core/ids.ts";
import type { InboundMessage, InboundStored } from "../../shared/core/message.ts";
import { takeIn } from "../../shared/flow/intake.ts";

/*
 * A channel that exists only here, with everything that a channel's data can say: what takes messages in and routes them
 * asks for no channel by name.
 */

const capabilities: Capabilities = {
  text: { maxCharacters: 1_000, maxParts: 1 },
  media: { maxCount: 0, types: [], maxCaptionCharacters: 0 },
  // Numbers of one country have been written with a 1 behind the country's code, and still are by some.
  sameAddress: [{ pattern: "^\\+521(\\d{10})$", replacement: "+52$1" }],
  window: { hours: 24 },
  subjects: false,
  namesProviderIds: true,
};

export const inboxId = "chirp-main";

export const createChirpFlow = (): Flow =>
  createFlow({
    ...configuration,
    channels: { ...configuration.channels, chirp: capabilities },
    inboxes: [...configuration.inboxes, { id: inboxId, channel: "chirp", address: "@service" }],
  });

export const number = "+525512345678";
export const userId = "MX.4711";
export const chirpId = (address: string): string => identityIdOf("chirp", address);

let written = 0;

export function chirp(changes: Partial<InboundMessage> = {}): InboundMessage {
  written += 1;
  return {
    kind: "message",
    channel: "chirp",
    accountId: "account",
    providerId: `chirp-${written}`,
    from: number,
    inboxId,
    text: `Hello, could you please help me with my order number ${written}?`,
    media: [],
    ...changes,
  };
}

/** Takes in what came in one request, and works off what follows. */
export async function take(flow: Flow, ...items: Parsed[]): Promise<void> {
  await takeIn(items, flow.app);
  await flow.settle();
}

export const storedIdOf = ({ channel, accountId, providerId }: InboundMessage): string =>
  messageIdOf(channel, accountId, providerId);

export async function stored(flow: Flow, message: InboundMessage): Promise<InboundStored> {
  const found = await flow.stores.messages.get(storedIdOf(message));
  if (found?.direction !== "in") throw new Error(`${message.providerId} is not stored`);
  return found;
}

/** Takes a message in, and gives it back as it is stored. */
export async function taken(flow: Flow, changes: Partial<InboundMessage> = {}): Promise<InboundStored> {
  const message = chirp(changes);
  await take(flow, message);
  return stored(flow, message);
}
