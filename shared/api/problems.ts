/** Why the API refuses what is well formed and allowed, with which status. The name is the problem's `reason`. */
export const problemReasons = {
  "newer-message": 409,
  "refused-by-pool": 409,
  resolved: 409,
  "open-conversation": 409,
  "offer-ended": 409,
  "no-route-back": 409,
  "blocked-address": 409,
  "opted-out": 409,
  "text-empty": 409,
  "text-too-long": 409,
  "key-reused": 422,
  "at-provider": 409,
  "too-many-attributes": 409,
  "too-many-webhooks": 409,
  "same-customer": 409,
  "already-undone": 409,
  "kept-changing": 409,
  unreadable: 409,
  "no-message": 409,
  "not-parked-yet": 409,
  "already-settled": 409,
} as const satisfies Record<string, 409 | 422>;

export type ProblemReason = keyof typeof problemReasons;
