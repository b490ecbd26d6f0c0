import type { Channel } from "./channel.ts";
import { sms } from "./sms/index.ts";

/** Every channel that is built: a new one is its folder and a line here. */
export const channels: readonly Channel[] = [sms];

export const channelOf = (name: string): Channel | undefined => channels.find((channel) => channel.name === name);

/** @param path as the provider called it, without stage or query */
export const channelForWebhook = (path: string): Channel | undefined =>
  channels.find((channel) => channel.webhookPaths.some((pattern) => pattern.test(path)));
