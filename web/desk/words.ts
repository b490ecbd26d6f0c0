import type { Agent, Conversation, Message } from "./api.ts";

/*
 * What the desk calls things.
 */

const languageNames = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });

export const languageName = (tag: string): string => languageNames.of(tag) ?? tag;

const channelNames: Record<string, string> = { sms: "SMS" };

export const channelName = (channel: string): string => channelNames[channel] ?? channel;

const sendStatuses: Record<string, string> = {
  queued: "Queued",
  sending: "Sending",
  sent: "Sent",
  delivered: "Delivered",
  read: "Read",
  failed: "Not sent",
  unknown: "Outcome not known yet; what follows waits up to 2 minutes",
  parked: "Parked: an operator decides whether it goes out again",
};

/** @returns undefined for what does not go out */
export const sendStatus = ({ direction, status }: Message): string | undefined =>
  direction === "out" ? (sendStatuses[status] ?? status) : undefined;

/** Who has it, or what it waits for. */
export function holding({ status, agentId }: Conversation, userId: string): string {
  if (status === "resolved") return "resolved";
  if (status === "waiting" || agentId === null) return "waiting for an agent";
  const who = agentId === userId ? "you" : agentId;
  return status === "offered" ? `offered to ${who}` : `with ${who}`;
}

/** What an agent without a conversation should know or do. */
export function nothingYet(agent: Agent | undefined): string {
  switch (agent?.status) {
    case "available":
      return "You are available. Conversations that you can answer appear here by themselves.";
    case "away":
      return "You are away. Set yourself available to get conversations.";
    default:
      return "You are offline. Set yourself available to get conversations.";
  }
}
