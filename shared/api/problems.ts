/** Why the API refuses what is well formed and allowed, and with which status. The name is the problem's `reason`. */
export const problemReasons = {
  "newer-message": { status: 409, meaning: "A message came that the caller had not seen: read it, then decide again." },
  "refused-by-pool": {
    status: 409,
    meaning: "The conversation's state in its pool does not allow it; the detail says why.",
  },
  resolved: { status: 409, meaning: "The conversation is resolved: reopen it first." },
  "open-conversation": {
    status: 409,
    meaning: "The customer has another open conversation, named in `conversationId`: go on there.",
  },
  "offer-ended": { status: 409, meaning: "The offer lapsed, was answered or withdrawn." },
  "no-route-back": { status: 409, meaning: "No reply can reach that address, or our inbox or channel for it is gone." },
  "blocked-address": { status: 409, meaning: "Somebody blocked the address: unblock it first." },
  "opted-out": { status: 409, meaning: "The customer stopped messages from this inbox; only they can lift it." },
  "text-empty": { status: 409, meaning: "The text has nothing but spaces." },
  "text-too-long": { status: 409, meaning: "The channel takes shorter texts; `alternatives` names the most." },
  "key-reused": { status: 422, meaning: "The Idempotency-Key was used with another request: take a new one." },
  "at-provider": { status: 409, meaning: "The file is still at the provider and was not taken over into our bucket." },
  "too-many-attributes": {
    status: 409,
    meaning: "The customer would have more attributes than are kept: remove some.",
  },
  "too-many-webhooks": { status: 409, meaning: "There are as many webhooks as events are told to: remove one." },
  "same-customer": { status: 409, meaning: "Both are one customer already." },
  "already-undone": { status: 409, meaning: "The merge was undone before." },
  "kept-changing": { status: 409, meaning: "Somebody else changed it at the same moment, time and again: try again." },
  unreadable: { status: 409, meaning: "What is parked is no JSON, so that no function could read it." },
  "no-message": { status: 409, meaning: "The reply that the parked send belongs to is gone." },
  "not-parked-yet": { status: 409, meaning: "The send is still being looked into: try again in a moment." },
  "already-settled": { status: 409, meaning: "The send has an outcome by now: there is nothing to send again." },
} as const satisfies Record<string, { status: 409 | 422; meaning: string }>;

export type ProblemReason = keyof typeof problemReasons;
