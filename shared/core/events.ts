/** What receivers of outgoing webhooks can ask for. `shared/tools/webhook/README.md` says when each happens. */
export const eventTypes = [
  "message.received",
  "message.sent",
  "message.status",
  "offer.created",
  "offer.ended",
  "conversation.waiting",
  "conversation.assigned",
  "conversation.snoozed",
  "conversation.resolved",
  "conversation.reopened",
  "customer.merged",
] as const;

export type EventType = (typeof eventTypes)[number];
