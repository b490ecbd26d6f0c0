import { HttpOutcomeUnknown, type HttpAnswer } from "../../../../shared/ports/http.ts";
import { failure, json, unknownParameter } from "./answers.ts";
import { bareAddress, isWhatsApp, resourceOf, type SimulatedMessage } from "./message.ts";

/** What a valid request to send asks for. */
export interface Accepted {
  accountSid: string;
  from: string;
  to: string;
  body: string;
  mediaUrls: string[];
  statusCallback: string | null;
  isTemplate: boolean;
}

/** A text that WhatsApp has approved. */
export interface SimulatedTemplate {
  /** HX and 32 hexadecimal digits */
  sid: string;
  /** with its gaps as {{1}}, {{2}} … */
  body: string;
}

/** What sending needs of the rest of the simulated Twilio. */
export interface Creating {
  templates: readonly SimulatedTemplate[];
  /** whether this account may send from the address */
  owns(accountSid: string, address: string): boolean;
  isOptedOut(from: string, to: string): boolean;
  /** what every request to send gets instead, for now */
  refusal(): { status: number; code: number } | null;
  /** whether the connection is cut once the message is accepted */
  cutsOff(): boolean;
  accept(send: Accepted): SimulatedMessage;
}

const phoneNumber = /^\+[1-9]\d{6,14}$/;
const userId = /^[A-Z]{2}\.[0-9A-Za-z.]{1,132}$/;
const contentSid = /^HX[0-9a-fA-F]{32}$/;
const maxBodyCharacters = 1600;
const maxMedia = 10;
const maxValiditySeconds = 36_000;
const parameters = [
  "To",
  "From",
  "Body",
  "MediaUrl",
  "StatusCallback",
  "ContentSid",
  "ContentVariables",
  "ValidityPeriod",
];

/** @throws HttpOutcomeUnknown where the connection is cut */
export function createMessage(
  { accountSid }: { accountSid: string },
  form: URLSearchParams,
  host: Creating,
): HttpAnswer {
  const told = host.refusal();
  if (told) return failure(told.status, told.code, "Refused");
  const problem = unknownParameter(form, parameters) ?? addressProblem(form, accountSid, host) ?? contentProblem(form);
  if (problem) return problem;
  const [from, to] = [form.get("From")!, form.get("To")!];
  const content = contentOf(form, host);
  if ("status" in content) return content;
  if (host.isOptedOut(from, to)) return failure(400, 21610, "Attempt to send to unsubscribed recipient");
  const message = host.accept({ accountSid, from, to, statusCallback: form.get("StatusCallback"), ...content });
  if (host.cutsOff()) throw new HttpOutcomeUnknown("the connection was cut after the request went out");
  return json(201, resourceOf(message));
}

function addressProblem(form: URLSearchParams, accountSid: string, host: Creating): HttpAnswer | undefined {
  const [to, from] = [form.get("To"), form.get("From")];
  if (!to) return failure(400, 21604, "A 'To' phone number is required");
  const bare = bareAddress(to);
  if (!phoneNumber.test(bare) && !(isWhatsApp(to) && userId.test(bare)))
    return failure(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  if (!from) return failure(400, 21603, "A 'From' phone number is required");
  if (isWhatsApp(from) !== isWhatsApp(to))
    return failure(400, 21910, "'From' and 'To' must be addresses of the same channel");
  if (!host.owns(accountSid, from))
    return isWhatsApp(from)
      ? failure(400, 63007, `There is no channel with the From address ${from}`)
      : failure(400, 21606, `The 'From' phone number ${from} can't send messages for this account`);
  if (from === to) return failure(400, 21266, "'To' and 'From' number cannot be the same");
  return undefined;
}

function contentProblem(form: URLSearchParams): HttpAnswer | undefined {
  const body = form.get("Body") ?? "";
  const media = form.getAll("MediaUrl");
  const statusCallback = form.get("StatusCallback");
  if (body === "" && media.length === 0 && !form.has("ContentSid"))
    return failure(400, 21602, "Message body is required");
  if (Array.from(body).length > maxBodyCharacters)
    return failure(400, 21617, "The message body exceeds the 1600 character limit");
  if (media.length > maxMedia) return failure(400, 21623, `A message carries at most ${maxMedia} files`);
  if (!media.every((url) => /^https?:\/\//.test(url) && URL.canParse(url)))
    return failure(400, 21620, "Invalid media URL(s)");
  if (statusCallback !== null && !URL.canParse(statusCallback))
    return failure(400, 21609, "Invalid 'StatusCallback' URL");
  const validity = form.get("ValidityPeriod");
  if (validity !== null && !(/^[1-9]\d{0,4}$/.test(validity) && Number(validity) <= maxValiditySeconds))
    return failure(400, 21624, "Invalid validity period value");
  return undefined;
}

function contentOf(
  form: URLSearchParams,
  host: Creating,
): Pick<Accepted, "body" | "mediaUrls" | "isTemplate"> | HttpAnswer {
  const sid = form.get("ContentSid");
  if (sid === null) return { body: form.get("Body") ?? "", mediaUrls: form.getAll("MediaUrl"), isTemplate: false };
  const template = contentSid.test(sid) ? host.templates.find((each) => each.sid === sid) : undefined;
  if (!template) return failure(400, 21655, "The ContentSid is invalid");
  const variables = readVariables(form.get("ContentVariables") ?? "{}");
  if (!variables) return failure(400, 21656, "The ContentVariables are invalid");
  const body = template.body.replaceAll(/\{\{(\w+)\}\}/g, (gap, name: string) => variables[name] ?? gap);
  return { body, mediaUrls: [], isTemplate: true };
}

function readVariables(text: string): Record<string, string> | undefined {
  try {
    const read: unknown = JSON.parse(text);
    const isRecord = typeof read === "object" && read !== null && !Array.isArray(read);
    return isRecord && Object.values(read).every((value) => typeof value === "string")
      ? (read as Record<string, string>)
      : undefined;
  } catch {
    return undefined;
  }
}
