/**
 * What Meta documents of each kind of event that is a customer's message, whether we read it or not.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events (a page each)
 * @see https://developers.facebook.com/documentation/business-messaging/instagram-messaging/webhooks
 */
export const documentedFields: Record<string, ReadonlySet<string>> = {
  message: new Set([
    "mid",
    "seq",
    "text",
    "attachments",
    "sticker_id",
    "quick_reply",
    "reply_to",
    "referral",
    "commands",
    "metadata",
    "app_id",
    "nlp",
    "tags",
    "is_echo",
    "is_self",
    "is_deleted",
    "is_unsupported",
  ]),
  message_edit: new Set(["mid", "text", "num_edit"]),
  reaction: new Set(["mid", "action", "emoji", "reaction"]),
  postback: new Set(["mid", "title", "payload", "referral", "is_self"]),
  referral: new Set(["ref", "source", "type", "product", "ad_id", "ads_context_data", "referer_uri", "is_guest_user"]),
};
