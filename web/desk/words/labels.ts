import type { Agent, Conversation, Identity, Message } from "../api/types.ts";
import type { Translate } from "./dictionary.ts";
import type { Key } from "./en.ts";
import type { Words } from "./words.tsx";

/*
 * What the desk calls things that the router names by a word of its own. A word that is new is shown as it is.
 */

export const known = (table: Record<string, Key>, word: string, t: Translate): string => {
  const key = Object.hasOwn(table, word) ? table[word] : undefined;
  return key === undefined ? word : (t as (key: Key) => string)(key);
};

const channels: Record<string, Key> = {
  sms: "channel.sms",
  email: "channel.email",
  web: "channel.web",
  whatsapp: "channel.whatsapp",
  messenger: "channel.messenger",
  instagram: "channel.instagram",
  telegram: "channel.telegram",
  custom: "channel.custom",
};

export const channelName = (channel: string, t: Translate): string => known(channels, channel, t);

const priorities: Record<string, Key> = { urgent: "priority.urgent", high: "priority.high" };

/** @returns undefined for what is not pressing */
export const pressingName = (priority: string, t: Translate): string | undefined =>
  Object.hasOwn(priorities, priority) ? known(priorities, priority, t) : undefined;

const statuses: Record<Conversation["status"], Key> = {
  waiting: "status.waiting",
  offered: "status.offered",
  assigned: "status.assigned",
  snoozed: "status.snoozed",
  resolved: "status.resolved",
};

export const statusName = (status: string, t: Translate): string => known(statuses, status, t);

const sendStatuses: Record<string, Key> = {
  queued: "send.queued",
  sending: "send.sending",
  sent: "send.sent",
  delivered: "send.delivered",
  read: "send.read",
  failed: "send.failed",
  unknown: "send.unknown",
  parked: "send.parked",
};

/** @returns undefined for what does not go out */
export const sendStatus = ({ direction, status }: Message, t: Translate): string | undefined =>
  direction === "out" ? known(sendStatuses, status, t) : undefined;

const marks: Record<string, Key> = {
  unauthenticated: "mark.unauthenticated",
  spam: "mark.spam",
  virus: "mark.virus",
  "other-sender": "mark.other-sender",
  bounce: "mark.bounce",
  "auto-reply": "mark.auto-reply",
  "auto-generated": "mark.auto-generated",
  list: "mark.list",
  unsupported: "mark.unsupported",
  late: "mark.late",
};

/** What the provider found about a message, or of which automatic kind it is. */
export const markName = (mark: string, t: Translate): string => known(marks, mark, t);

const evidence: Record<Identity["evidence"][number]["kind"], Key> = {
  "first-contact": "evidence.first-contact",
  vouched: "evidence.vouched",
  imported: "evidence.imported",
  agent: "evidence.agent",
  provider: "evidence.provider",
};

export const evidenceName = (kind: string, t: Translate): string => known(evidence, kind, t);

const reasons: Record<string, Key> = {
  break: "away.break",
  lunch: "away.lunch",
  meeting: "away.meeting",
  training: "away.training",
};

/** Why somebody is away: from the desk's own choice, else in their words. */
export const awayReason = (reason: string, t: Translate): string => known(reasons, reason, t);

export const awayReasons = Object.keys(reasons);

/** Who has it, or what it waits for. */
export function holding({ status, agentId, snoozedUntil }: Conversation, userId: string, words: Words): string {
  const { t } = words;
  if (status === "resolved") return t("holding.resolved");
  if (status === "snoozed") return t("holding.snoozed", { time: words.timeOf(snoozedUntil ?? "") });
  if (status === "waiting" || agentId === null) return t("holding.waiting");
  if (agentId === userId) return t(status === "offered" ? "holding.offered-you" : "holding.you");
  return t(status === "offered" ? "holding.offered" : "holding.agent", { agent: agentId });
}

/** What an agent without a conversation should know or do. */
export function nothingYet(agent: Agent | undefined, t: Translate): string {
  switch (agent?.status) {
    case "available":
      return t("list.you-available");
    case "away":
      return t("list.you-away");
    default:
      return t("list.you-offline");
  }
}
