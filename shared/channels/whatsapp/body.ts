import type { SendRequest } from "../channel.ts";
import { isUserId } from "./address.ts";

/** Reply buttons take so much; a list takes the rest (pages "Interactive reply buttons" and "Interactive list"). */
const buttons = { maxCount: 3, maxCharacters: 20, maxTextCharacters: 1024 };
export const rows = { maxCount: 10, maxCharacters: 24 };

/** What opens a list, in every language. */
const listLabel = "☰";

/**
 * A message as WhatsApp takes it. It carries our send id, which comes back with every report about it.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/message-api
 */
export function bodyOf(request: SendRequest): Record<string, unknown> {
  return {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    // A user id has a field of its own (page "Business-scoped user IDs").
    ...(isUserId(request.to) ? { recipient: request.to } : { to: request.to }),
    biz_opaque_callback_data: request.sendId,
    ...contentOf(request),
  };
}

function contentOf({ template, media, quickReplies = [], text: written }: SendRequest): Record<string, unknown> {
  const text = written.toWellFormed();
  if (template) return templateOf(template);
  const [file] = media;
  if (file) return fileOf(file, text);
  if (quickReplies.length > 0) return { type: "interactive", interactive: choicesOf(text, quickReplies) };
  return { type: "text", text: { body: text, preview_url: false } };
}

/** A gap takes no line breaks, tabs or runs of blanks (page "Message templates", body parameters). */
const templateOf = ({ name, language, parameters }: NonNullable<SendRequest["template"]>): Record<string, unknown> => ({
  type: "template",
  template: {
    name,
    language: { code: language, policy: "deterministic" },
    ...(parameters.length > 0 && {
      components: [
        {
          type: "body",
          parameters: parameters.map((parameter) => ({
            type: "text",
            text: parameter.toWellFormed().replaceAll(/\s+/g, " ").trim(),
          })),
        },
      ],
    }),
  },
});

/** By link: WhatsApp fetches it from us. A sticker and a sound have no words of their own. */
function fileOf({ url: link, contentType, name }: SendRequest["media"][number], text: string): Record<string, unknown> {
  const caption = text === "" ? {} : { caption: text };
  if (contentType === "image/webp") return { type: "sticker", sticker: { link } };
  switch (contentType.split("/", 1)[0]) {
    case "image":
      return { type: "image", image: { link, ...caption } };
    case "video":
      return { type: "video", video: { link, ...caption } };
    case "audio":
      return { type: "audio", audio: { link } };
    default:
      return { type: "document", document: { link, filename: name.toWellFormed(), ...caption } };
  }
}

/** The answer comes back with the id: its place among those that were offered. */
function choicesOf(text: string, choices: string[]): Record<string, unknown> {
  const body = { text };
  const offered = choices.map((choice, index) => ({ id: String(index), title: choice.toWellFormed() }));
  const fitOnButtons =
    choices.length <= buttons.maxCount &&
    choices.every((choice) => choice.length <= buttons.maxCharacters) &&
    text.length <= buttons.maxTextCharacters;
  return fitOnButtons
    ? { type: "button", body, action: { buttons: offered.map((reply) => ({ type: "reply", reply })) } }
    : { type: "list", body, action: { button: listLabel, sections: [{ rows: offered }] } };
}
