import { unknownFields } from "../unknown-fields.ts";
import type { Form } from "./form.ts";

/** Of one message (webhook-request page). */
export const maxFiles = 10;
const media = Array.from({ length: maxFiles }, (_, index) => [`MediaUrl${index}`, `MediaContentType${index}`]).flat();

/**
 * What Twilio documents of a message, whether we read it or not.
 *
 * @see https://www.twilio.com/docs/messaging/guides/webhook-request
 */
const documented = new Set([
  ...media,
  "MessageSid",
  "SmsSid",
  "SmsMessageSid",
  "AccountSid",
  "MessagingServiceSid",
  "ApiVersion",
  "From",
  "FromCity",
  "FromState",
  "FromZip",
  "FromCountry",
  "To",
  "ToCity",
  "ToState",
  "ToZip",
  "ToCountry",
  "Body",
  "NumMedia",
  "NumSegments",
  "SmsStatus",
  "MessageStatus",
  "OptOutType",
  // Those of WhatsApp.
  "MessageType",
  "ProfileName",
  "WaId",
  "ExternalUserId",
  "ParentExternalUserId",
  "Forwarded",
  "FrequentlyForwarded",
  "ButtonText",
  "ButtonPayload",
  "ListId",
  "ListTitle",
  "Latitude",
  "Longitude",
  "Address",
  "Label",
  "OriginalRepliedMessageSender",
  "OriginalRepliedMessageSid",
  "ReferralBody",
  "ReferralHeadline",
  "ReferralSourceId",
  "ReferralSourceType",
  "ReferralSourceUrl",
  "ReferralMediaId",
  "ReferralMediaContentType",
  "ReferralMediaUrl",
  "ReferralNumMedia",
  "ReferralCtwaClid",
  // It comes with each of them, and repeats what the others say.
  "ChannelMetadata",
]);

/** A field that comes several times is a list. */
export const unknownOf = (form: Form): ReturnType<typeof unknownFields> =>
  unknownFields(
    Object.fromEntries(Array.from(form, ([name, values]) => [name, values.length === 1 ? values[0] : values])),
    documented,
  );
