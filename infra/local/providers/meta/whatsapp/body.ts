import { z } from "zod";

/* What the simulated Cloud API takes; what it does not imitate is refused by name. */

const text = z.string().min(1);
const link = z.url({ protocol: /^https?$/ });
const caption = z.string().max(1024).optional();

const row = z.strictObject({ id: text.max(200), title: text.max(24), description: z.string().max(72).optional() });
const button = z.strictObject({
  type: z.literal("reply"),
  reply: z.strictObject({ id: text.max(256), title: text.max(20) }),
});

const unique = <Item>(items: Item[], of: (item: Item) => string): boolean =>
  new Set(items.map(of)).size === items.length;

const interactive = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("button"),
    body: z.strictObject({ text: text.max(1024) }),
    action: z.strictObject({
      buttons: z
        .array(button)
        .min(1)
        .max(3)
        .refine((buttons) => unique(buttons, ({ reply }) => reply.title), "Button titles must be unique"),
    }),
  }),
  z.strictObject({
    type: z.literal("list"),
    body: z.strictObject({ text: text.max(4096) }),
    action: z.strictObject({
      button: text.max(20),
      sections: z
        .array(z.strictObject({ title: z.string().max(24).optional(), rows: z.array(row).min(1).max(10) }))
        .length(1),
    }),
  }),
]);

const parameter = z.strictObject({
  type: z.literal("text"),
  text: text
    .max(1024)
    .regex(
      /^(?!.*(?:[\n\t]| {5}))/s,
      "Param text cannot have new-line/tab characters or more than 4 consecutive spaces",
    ),
});

const template = z.strictObject({
  name: text,
  language: z.strictObject({ code: text, policy: z.literal("deterministic").optional() }),
  components: z.array(z.strictObject({ type: z.literal("body"), parameters: z.array(parameter).min(1) })).optional(),
});

const envelope = {
  messaging_product: z.literal("whatsapp"),
  recipient_type: z.literal("individual").optional(),
  to: z.string().optional(),
  recipient: z.string().optional(),
  biz_opaque_callback_data: z.string().max(512).optional(),
};

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/message-api */
export const sendSchema = z.discriminatedUnion("type", [
  z.strictObject({
    ...envelope,
    type: z.literal("text"),
    text: z.strictObject({ body: text.max(4096), preview_url: z.boolean().optional() }),
  }),
  z.strictObject({ ...envelope, type: z.literal("image"), image: z.strictObject({ link, caption }) }),
  z.strictObject({ ...envelope, type: z.literal("video"), video: z.strictObject({ link, caption }) }),
  z.strictObject({ ...envelope, type: z.literal("audio"), audio: z.strictObject({ link }) }),
  z.strictObject({ ...envelope, type: z.literal("sticker"), sticker: z.strictObject({ link }) }),
  z.strictObject({
    ...envelope,
    type: z.literal("document"),
    document: z.strictObject({ link, caption, filename: z.string().optional() }),
  }),
  z.strictObject({ ...envelope, type: z.literal("interactive"), interactive }),
  z.strictObject({ ...envelope, type: z.literal("template"), template }),
]);
export type SendBody = z.infer<typeof sendSchema>;

/** What the customer reads. @param templates bodies, with gaps, by name and language */
export function textOf(body: SendBody, templateText: string): string {
  switch (body.type) {
    case "text":
      return body.text.body;
    case "interactive":
      return body.interactive.body.text;
    case "template": {
      const parameters = parametersOf(body);
      return templateText.replaceAll(/\{\{(\d+)\}\}/g, (gap, index: string) => parameters[Number(index) - 1] ?? gap);
    }
    case "image":
      return body.image.caption ?? "";
    case "video":
      return body.video.caption ?? "";
    case "document":
      return body.document.caption ?? "";
    default:
      return "";
  }
}

export const parametersOf = (body: SendBody): string[] =>
  body.type === "template"
    ? (body.template.components ?? []).flatMap(({ parameters }) => parameters.map((each) => each.text))
    : [];

/** Answers to choose from, with the ids that come back. */
export function choicesOf(body: SendBody): { id: string; title: string }[] {
  if (body.type !== "interactive") return [];
  return body.interactive.type === "button"
    ? body.interactive.action.buttons.map(({ reply }) => reply)
    : body.interactive.action.sections.flatMap(({ rows }) => rows);
}

const megabyte = 1_000_000;

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media (supported types) */
const fileRules: Record<string, { types: RegExp; maxBytes: number }> = {
  image: { types: /^image\/(jpeg|png)$/, maxBytes: 5 * megabyte },
  video: { types: /^video\/(mp4|3gpp)$/, maxBytes: 16 * megabyte },
  audio: { types: /^audio\/(aac|amr|mpeg|mp4|ogg)$/, maxBytes: 16 * megabyte },
  sticker: { types: /^image\/webp$/, maxBytes: 500_000 },
  document: { types: /^(text|application)\//, maxBytes: 100 * megabyte },
};

/** The link that a message asks WhatsApp to fetch. */
export function linkOf(body: SendBody): { link: string; type: string; name?: string } | undefined {
  switch (body.type) {
    case "image":
      return { type: "image", link: body.image.link };
    case "video":
      return { type: "video", link: body.video.link };
    case "audio":
      return { type: "audio", link: body.audio.link };
    case "sticker":
      return { type: "sticker", link: body.sticker.link };
    case "document":
      return { type: "document", ...body.document, ...(body.document.filename && { name: body.document.filename }) };
    default:
      return undefined;
  }
}

export function isTaken(type: string, file: { contentType: string; bytes: Uint8Array }): boolean {
  const rule = fileRules[type];
  const contentType = file.contentType.split(";", 1)[0]!.trim();
  return rule !== undefined && rule.types.test(contentType) && file.bytes.length <= rule.maxBytes;
}
