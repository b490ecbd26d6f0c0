import type { Capabilities } from "../core/capabilities.ts";
import type { Channel } from "./channel.ts";
import { email } from "./email/index.ts";
import { sms } from "./sms/index.ts";
import { web } from "./web/index.ts";

/** Every channel that is built: a new one is its folder and a line here. */
export const channels: readonly Channel[] = [email, sms, web];

export const channelOf = (name: string): Channel | undefined => channels.find((channel) => channel.name === name);

/** @param path as the provider called it, without stage or query */
export const channelForWebhook = (path: string): Channel | undefined =>
  channels.find((channel) => channel.webhook?.paths.some((pattern) => pattern.test(path)));

/** What the configuration tells every function about the channels, so that only those that send carry their code. */
export const channelCapabilities = (): Record<string, Capabilities> =>
  Object.fromEntries(channels.map(({ name, capabilities }) => [name, capabilities]));
