import type { MediaReference } from "../../core/message.ts";
import { maxFiles } from "./fields.ts";
import type { Form } from "./form.ts";

const anyType = "application/octet-stream";
const usable = /^https:\/\/[^\s]+$/;

/** A file that can't be had stands in the message with what is wrong with it: it takes neither text nor other files along. */
export function filesOf(form: Form): MediaReference[] {
  const said = only(form, "NumMedia") ?? (form.has("NumMedia") ? "" : "0");
  const count = /^\d{1,9}$/.test(said) ? Number(said) : undefined;
  const files = Array.from({ length: maxFiles }, (_, index) => index)
    .filter((index) => index < (count ?? 0) || (count === undefined && form.has(`MediaUrl${index}`)))
    .map((index) => fileOf(form, index));
  if (count === undefined) return [...files, { contentType: anyType, problem: countUnread }];
  return count > maxFiles ? [...files, { contentType: anyType, problem: tooMany }] : files;
}

function fileOf(form: Form, index: number): MediaReference {
  const contentType = only(form, `MediaContentType${index}`) ?? anyType;
  const url = only(form, `MediaUrl${index}`) ?? "";
  return usable.test(url) ? { url, contentType } : { contentType, problem: noLink };
}

/** @returns undefined where the field is missing, or comes several times: nobody knows which one counts */
function only(form: Form, name: string): string | undefined {
  const [value, ...others] = form.get(name) ?? [];
  return others.length > 0 ? undefined : value;
}

const noLink = "Twilio gave no link to this file that can be followed. Ask the customer to send it again.";
const tooMany = "Twilio names more files than the ten that a message has. Ask the customer to send the others again.";
const countUnread = "Twilio does not say how many files came. Ask the customer whether they have sent one.";
