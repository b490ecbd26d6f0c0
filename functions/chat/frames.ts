import * as z from "zod/mini";
import { limits } from "../../shared/core/limits.ts";
import { byteLength } from "../../shared/core/text.ts";
import type { ErrorFrame } from "../../shared/channels/web/frames.ts";

const clientMessageId = z.string().check(
  z.minLength(1),
  z.maxLength(limits.maxClientMessageIdCharacters),
  z.refine((id) => id.isWellFormed()),
);
const messageId = z.string().check(z.regex(/^msg_[0-9a-z]{26}$/));

const frameSchemas = {
  message: z.strictObject({ type: z.literal("message"), text: z.string(), clientMessageId }),
  typing: z.strictObject({ type: z.literal("typing") }),
  received: z.strictObject({ type: z.literal("received"), messageId }),
  read: z.strictObject({ type: z.literal("read"), messageId }),
  ping: z.strictObject({ type: z.literal("ping") }),
};

type FrameType = keyof typeof frameSchemas;

export type ClientFrame = { [Type in FrameType]: z.infer<(typeof frameSchemas)[Type]> }[FrameType];
export type MessageFrame = Extract<ClientFrame, { type: "message" }>;

/** What a field must be, for the person who writes the client. */
const expected: Record<string, string> = {
  text: "text",
  clientMessageId: `text of 1 to ${limits.maxClientMessageIdCharacters} characters, the client's own id of the message`,
  messageId: "the id of a message that this chat was sent",
};

export type ReadFrame = { ok: true; frame: ClientFrame } | { ok: false; error: ErrorFrame };

/** Reads a frame of the chat, or says in an error frame what is wrong with it. */
export function readFrame(body: string): ReadFrame {
  const given = objectOf(body);
  if (!given) return refused("not-json", "The frame is no JSON object.");
  const schema = typeof given.type === "string" && isFrameType(given.type) ? frameSchemas[given.type] : undefined;
  const name = nameOf(given);
  if (!schema) return refused("unknown-type", `"type" is one of ${Object.keys(frameSchemas).join(", ")}.`, name);
  const result = z.safeParse(schema, given);
  if (!result.success) return refused("invalid-field", result.error.issues.map(problemOf).join(" "), name);
  return result.data.type === "message" ? readMessage(result.data) : { ok: true, frame: result.data };
}

function readMessage(frame: MessageFrame): ReadFrame {
  const text = frame.text.toWellFormed();
  if (text.trim() === "")
    return refused("text-blank", '"text" is empty: there is nothing to send.', frame.clientMessageId);
  const bytes = byteLength(text);
  if (bytes <= limits.maxChatTextBytes) return { ok: true, frame: { ...frame, text } };
  const message = `"text" has ${bytes} bytes in UTF-8, and may have ${limits.maxChatTextBytes}: send it in parts.`;
  return refused("text-too-long", message, frame.clientMessageId);
}

function objectOf(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const isFrameType = (type: string): type is FrameType => Object.hasOwn(frameSchemas, type);

/** So that the client knows which message was refused, whatever else is wrong with the frame. */
function nameOf(given: Record<string, unknown>): string | undefined {
  const result = z.safeParse(clientMessageId, given.clientMessageId);
  return result.success ? result.data : undefined;
}

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `${issue.keys.map((key) => `"${key}"`).join(", ")} is not known.`;
  const field = String(issue.path[0] ?? "");
  return `"${field}" must be ${expected[field]}.`;
}

const refused = (code: string, message: string, name?: string): ReadFrame => ({
  ok: false,
  error: { type: "error", code, message, ...(name !== undefined && { clientMessageId: name }) },
});
