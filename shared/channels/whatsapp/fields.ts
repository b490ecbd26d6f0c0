import { kinds } from "./content.ts";

/**
 * What Meta documents of a message, whether we read it or not; under the name of its kind is what it says.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages (a page each)
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 */
export const documentedFields: ReadonlySet<string> = new Set([
  ...kinds,
  "system",
  "id",
  "from",
  "from_user_id",
  "from_parent_user_id",
  "group_id",
  "timestamp",
  "type",
  "context",
  "referral",
  "identity",
  "origin",
  "errors",
]);
