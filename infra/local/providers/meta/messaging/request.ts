import * as z from "zod/mini";
import type { MessagingAccount } from "./message.ts";

/** Meta's code and subcode, and what is wrong. */
export interface Refusal {
  code: number;
  subcode?: number;
  message: string;
}

const invalid = (message: string): Refusal => ({ code: 100, message });

const maxMetadataCharacters = 1_000;
const maxPayloadCharacters = 1_000;
const maxQuickReplies = 13;
const maxCharacters = 2_000;
const maxInstagramBytes = 1_000;
/** What is longer is cut. */
const maxTitleCharacters = 20;

const requestSchema = z.strictObject({
  recipient: z.strictObject({ id: z.string().check(z.minLength(1)) }),
  messaging_type: z.enum(["RESPONSE", "UPDATE", "MESSAGE_TAG"]),
  tag: z.optional(z.literal("HUMAN_AGENT")),
  message: z.strictObject({
    text: z.optional(z.string()),
    attachment: z.optional(
      z.strictObject({
        type: z.enum(["image", "video", "audio", "file"]),
        payload: z.strictObject({ url: z.string(), is_reusable: z.optional(z.boolean()) }),
      }),
    ),
    quick_replies: z.optional(
      z
        .array(
          z.strictObject({
            content_type: z.literal("text"),
            title: z.string().check(z.minLength(1)),
            payload: z.string().check(z.maxLength(maxPayloadCharacters)),
          }),
        )
        .check(z.minLength(1), z.maxLength(maxQuickReplies)),
    ),
    metadata: z.optional(z.string().check(z.maxLength(maxMetadataCharacters - 1))),
  }),
});

export type MessagingRequest = z.infer<typeof requestSchema>;

/**
 * The body of a call of the Send API. What Meta may take but is not imitated is refused by its name.
 *
 * @see https://developers.facebook.com/docs/messenger-platform/reference/send-api
 */
export function readRequest(body: unknown): MessagingRequest | Refusal {
  const result = z.safeParse(requestSchema, body);
  if (!result.success) {
    const [issue] = result.error.issues;
    const names = issue?.code === "unrecognized_keys" ? issue.keys : [];
    const place = [...(issue?.path ?? []), ...names].map(String);
    return invalid(`The parameter ${place.join(".")} is missing, wrong, or not known to the simulated Meta`);
  }
  const { messaging_type: type, tag, message } = result.data;
  if ((type === "MESSAGE_TAG") !== (tag !== undefined)) return invalid("A tag goes with messaging_type MESSAGE_TAG");
  if ((message.text === undefined) === (message.attachment === undefined))
    return invalid("A message has either a text or an attachment");
  return result.data;
}

/** What the channel does not take of a message. */
export function objectionTo({ message }: MessagingRequest, channel: MessagingAccount["channel"]): Refusal | undefined {
  const { text, attachment, quick_replies: quickReplies } = message;
  if (text?.trim() === "") return { code: 100, subcode: 2018032, message: "The message is empty" };
  if (channel === "messenger" && (text?.length ?? 0) > maxCharacters)
    return invalid(`Length of param message[text] must be less than or equal to ${maxCharacters}`);
  if (channel === "instagram" && Buffer.byteLength(text ?? "") > maxInstagramBytes)
    return { code: 100, subcode: 2534015, message: `The text is longer than ${maxInstagramBytes} bytes` };
  if (channel === "instagram" && attachment && quickReplies)
    return { code: 100, subcode: 2534015, message: "Quick replies go with a text" };
  return undefined;
}

export const titlesOf = ({ message }: MessagingRequest): string[] =>
  (message.quick_replies ?? []).map(({ title }) => title.slice(0, maxTitleCharacters));
