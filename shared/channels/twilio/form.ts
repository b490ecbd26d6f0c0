import { InvalidWebhook, type WebhookRequest } from "../channel.ts";

/** The fields of a form body; a field may come several times. */
export type Form = Map<string, string[]>;

export const isForm = (request: WebhookRequest): boolean =>
  /^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers["content-type"] ?? "");

/** Without taking it apart. */
export function hasFieldsBeyond(most: number, request: WebhookRequest): boolean {
  if (!isForm(request)) return false;
  let fields = 1;
  for (let at = request.body.indexOf("&"); at >= 0 && fields <= most; at = request.body.indexOf("&", at + 1))
    fields += 1;
  return fields > most;
}

/** Decoding never fails: bytes that are no UTF-8 become U+FFFD, so every text in it is well-formed. */
export function readForm(body: string): Form {
  const form: Form = new Map();
  for (const [name, value] of new URLSearchParams(body)) {
    const values = form.get(name);
    if (values) values.push(value);
    else form.set(name, [value]);
  }
  return form;
}

/** @throws InvalidWebhook when the field comes more than once */
export function optional(form: Form, name: string): string | undefined {
  const values = form.get(name);
  if (values && values.length > 1) throw new InvalidWebhook(`${name} is given ${values.length} times`);
  return values?.[0];
}

/** @throws InvalidWebhook when the field is missing, comes more than once, or is not of the form `pattern` */
export function required(form: Form, name: string, pattern: RegExp, expected: string): string {
  const value = optional(form, name);
  if (value === undefined) throw new InvalidWebhook(`${name} is missing`);
  if (!pattern.test(value)) throw new InvalidWebhook(`${name} is not ${expected}`);
  return value;
}
