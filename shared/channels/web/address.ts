import { messageIdOf } from "../../core/ids.ts";

export const webChannel = "web";

/*
 * Whom a chat belongs to: `ses_…` is one browser that nobody vouched for, `user:<sub>` a person whom the company knows,
 * on whatever device.
 */

const userPrefix = "user:";

export const userAddress = (subject: string): string => userPrefix + subject;
export const isUserAddress = (address: string): boolean => address.startsWith(userPrefix);

/**
 * The id of a message as the session gave it: the address keeps one person's ids from another's, and since no encoded id
 * contains a colon, no address with a longer id looks like another one.
 */
export const providerIdOf = (address: string, clientMessageId: string): string =>
  `${address}:${encodeURIComponent(clientMessageId)}`;

export const clientMessageIdOf = (providerId: string): string =>
  decodeURIComponent(providerId.slice(providerId.lastIndexOf(":") + 1));

export const chatMessageId = (inboxId: string, address: string, clientMessageId: string): string =>
  messageIdOf(webChannel, inboxId, providerIdOf(address, clientMessageId));
