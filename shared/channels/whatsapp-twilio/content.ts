import type { Ignored, MessageContext } from "../../core/message.ts";
import { whatsAppUserId } from "../phone-forms.ts";
import { placeText } from "../place.ts";
import type { Content } from "../twilio/carriage.ts";
import { optional, type Form } from "../twilio/form.ts";

/** Kinds of messages by `MessageType` that carry nothing but what the fields below hold. */
const knownTypes = new Set([
  "text",
  "image",
  "audio",
  "video",
  "document",
  "sticker",
  "location",
  "contacts",
  "button",
  "interactive",
  "reaction",
]);
const userId = new RegExp(whatsAppUserId);
const degrees = /^-?\d{1,3}(\.\d{1,15})?$/;

/**
 * What a WhatsApp message says beyond its text: who its sender says they are, what it answers, where it points to.
 *
 * @see https://www.twilio.com/docs/messaging/guides/webhook-request#whatsapp-specific-parameters
 */
export function contentOf(form: Form, body: string): Content | Ignored {
  const kind = optional(form, "MessageType");
  const isReaction = kind === "reaction";
  if (isReaction && body === "") return { kind: "ignored", reason: "a reaction was taken back" };
  const text = textOf(form, body);
  const senderName = optional(form, "ProfileName");
  const context = isReaction ? about("reaction", form) : contextOf(form);
  const aliases = aliasesOf(form);
  const isEmpty = text === "" && Number(optional(form, "NumMedia") ?? 0) === 0;
  return {
    text,
    ...(senderName && { senderName }),
    ...(context && { context }),
    ...(aliases.length > 0 && { aliases }),
    ...(isEmpty && (kind === undefined || !knownTypes.has(kind)) && { marks: ["unsupported"] }),
    ...(isReaction && { isQuiet: true }),
  };
}

/** A button's title stands for it; a place is named and located, beneath what else was said. */
function textOf(form: Form, body: string): string {
  const choice = optional(form, "ButtonText") ?? optional(form, "ListTitle");
  if (choice) return choice;
  const [latitude = "", longitude = ""] = [optional(form, "Latitude"), optional(form, "Longitude")];
  if (!degrees.test(latitude) || !degrees.test(longitude)) return body;
  const [name, address] = [optional(form, "Label"), optional(form, "Address")];
  const place = placeText({ name, address, latitude: Number(latitude), longitude: Number(longitude) });
  return body === "" || body === name ? place : `${body}\n${place}`;
}

/** One at most: what the customer did counts before where they came from. */
function contextOf(form: Form): MessageContext | undefined {
  const choiceId = optional(form, "ButtonPayload") ?? optional(form, "ListId");
  if (choiceId || optional(form, "ButtonText") || optional(form, "ListTitle"))
    return { ...about("choice", form), ...(choiceId && { choiceId }) };
  if (optional(form, "OriginalRepliedMessageSid")) return about("reply", form);
  const referral = referralOf(form);
  if (referral) return referral;
  const isForwarded = [optional(form, "Forwarded"), optional(form, "FrequentlyForwarded")].includes("true");
  return isForwarded ? { kind: "forward" } : undefined;
}

function about(kind: MessageContext["kind"], form: Form): MessageContext {
  const providerId = optional(form, "OriginalRepliedMessageSid");
  return { kind, ...(providerId && { providerId }) };
}

/** They came by an advertisement, whose headline and text are all that tells what they ask about. */
function referralOf(form: Form): MessageContext | undefined {
  const url = optional(form, "ReferralSourceUrl");
  const note = [optional(form, "ReferralHeadline"), optional(form, "ReferralBody")].filter(Boolean).join("\n");
  if (!url && !note) return undefined;
  return { kind: "referral", ...(note && { note }), ...(url && /^https?:\/\//.test(url) && { url }) };
}

/** The number and the user id of one person, where the message names both. */
function aliasesOf(form: Form): string[] {
  const from = optional(form, "From")?.replace(/^whatsapp:/, "");
  const id = optional(form, "ExternalUserId")?.replace(/^whatsapp:/, "");
  const digits = optional(form, "WaId");
  const number = digits && /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined;
  if (from?.startsWith("+")) return id && userId.test(id) ? [id] : [];
  return number ? [number] : [];
}
