import { capabilityKey, type Capabilities } from "../core/capabilities.ts";
import type { Inbox } from "../core/inbox.ts";
import type { Channel } from "./channel.ts";
import { custom } from "./custom/index.ts";
import { email } from "./email/index.ts";
import { instagram } from "./instagram/index.ts";
import { messenger } from "./messenger/index.ts";
import { sms } from "./sms/index.ts";
import { telegram } from "./telegram/index.ts";
import { web } from "./web/index.ts";
import { whatsapp } from "./whatsapp/index.ts";
import { whatsappTwilio } from "./whatsapp-twilio/index.ts";

/** Every channel that is built: a new one is its folder and a line here. */
export const channels: readonly Channel[] = [
  email,
  sms,
  web,
  whatsapp,
  whatsappTwilio,
  messenger,
  instagram,
  telegram,
  custom,
];

/** By whom an inbox's messages are carried. */
export const channelOf = (
  inbox: Pick<Inbox, "channel" | "provider">,
  among: readonly Channel[] = channels,
): Channel | undefined => among.find(({ name, provider }) => name === inbox.channel && provider === inbox.provider);

/** Those whose provider calls this path. @param path as the provider called it, without stage or query */
export const channelsForWebhook = (path: string, among: readonly Channel[] = channels): Channel[] =>
  among.filter((channel) => channel.webhook?.paths.some((pattern) => pattern.test(path)));

/** What the configuration tells every function about the channels, so that only those that send carry their code. */
export const channelCapabilities = (among: readonly Channel[] = channels): Record<string, Capabilities> =>
  Object.fromEntries(
    among.map(({ name, provider, capabilities }) => [capabilityKey({ channel: name, provider }), capabilities]),
  );
