import type { HttpAnswer } from "../../../../../shared/ports/http.ts";
import { failure, json } from "../graph.ts";
import type { MetaWorld, SimulatedTemplate } from "../settings.ts";
import { choicesOf, isTaken, linkOf, parametersOf, sendSchema, textOf, type SendBody } from "./body.ts";
import { digitsOf, isCustomer, isNumber, userIdOf } from "./customer.ts";
import type { WhatsAppContent } from "./happenings.ts";

const windowMs = 24 * 60 * 60_000;
const afterMs = { sent: 40, delivered: 120, read: 900 };

/** Has the webhook told of a number's event then. @param value what a change of the field `messages` holds */
type Report = (phoneNumberId: string, value: Record<string, unknown>, dueAt: number) => void;

interface Errored {
  code: number;
  title: string;
}

/** Messages out: taken or refused, then reported on. */
export class Sends {
  readonly #world: MetaWorld;
  readonly #templates: SimulatedTemplate[];
  readonly #report: Report;

  constructor(world: MetaWorld, templates: SimulatedTemplate[], report: Report) {
    this.#world = world;
    this.#templates = templates;
    this.#report = report;
  }

  newMessageId(): string {
    return `wamid.${this.#world.storage.newDigest().toString("base64url")}`;
  }

  async send(account: string, given: unknown): Promise<HttpAnswer> {
    const parsed = sendSchema.safeParse(given);
    if (!parsed.success) {
      const details = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
      const isMissing = parsed.error.issues.some((issue) => issue.code === "invalid_type" && issue.input === undefined);
      return failure(400, { code: isMissing ? 131008 : 100, message: "Invalid parameter", details });
    }
    const body = parsed.data;
    const customer = customerOf(body);
    if (customer === undefined)
      return failure(400, { code: 131009, message: "Parameter value is not valid", details: "to or recipient" });
    const template = this.#templateOf(body);
    if (template && "status" in template) return template;
    return this.#accept(account, customer, body, await this.#contentOf(account, body, template?.body ?? ""));
  }

  /** A template that is unknown, or filled in otherwise than it has gaps, is refused at once. */
  #templateOf(body: SendBody): SimulatedTemplate | HttpAnswer | undefined {
    if (body.type !== "template") return undefined;
    const { name, language } = body.template;
    const template = this.#templates.find((each) => each.name === name && each.language === language.code);
    if (!template)
      return failure(404, { code: 132001, message: "Template name does not exist in the translation", details: name });
    const gaps = new Set(template.body.match(/\{\{\d+\}\}/g)).size;
    if (parametersOf(body).length === gaps) return template;
    return failure(400, { code: 132000, message: "Number of parameters does not match the expected number of params" });
  }

  /** @returns undefined where the file can't be had or is none that WhatsApp takes */
  async #contentOf(account: string, body: SendBody, template: string): Promise<WhatsAppContent | undefined> {
    const text = textOf(body, template);
    const choices = choicesOf(body);
    const wanted = linkOf(body);
    if (!wanted) return { text, ...(choices.length > 0 && { choices }) };
    const file = await this.#world.fetchFile(wanted.link);
    if (!file || !isTaken(wanted.type, file)) return undefined;
    const { id: fileId } = this.#world.storage.addFile(account, { ...file, ...(wanted.name && { name: wanted.name }) });
    return { text, fileId };
  }

  #accept(account: string, customer: string, body: SendBody, content: WhatsAppContent | undefined): HttpAnswer {
    const { storage, clock } = this.#world;
    const at = clock.now();
    const id = this.newMessageId();
    const error = this.#errorOf(account, customer, body, content);
    storage.transaction(() => {
      storage.insert({
        id,
        channel: "whatsapp",
        account,
        customer,
        direction: "out",
        at,
        ...(isNumber(customer) && { alias: userIdOf(customer) }),
        arrivesAt: error ? null : at + afterMs.delivered,
        content: content ?? { text: "" },
      });
      for (const { status, dueAt } of this.#steps(at, error))
        this.#report(account, statusValue({ id, customer, status, dueAt, body, error }), dueAt);
    });
    const recipient = isNumber(customer) ? { wa_id: digitsOf(customer) } : { user_id: customer };
    const contacts = [{ input: body.to ?? body.recipient, ...recipient }];
    return json(200, { messaging_product: "whatsapp", contacts, messages: [{ id }] });
  }

  /** What WhatsApp finds only once it has taken the message (page "Error codes", asynchronous errors). */
  #errorOf(
    account: string,
    customer: string,
    { type }: SendBody,
    content: WhatsAppContent | undefined,
  ): Errored | undefined {
    const { storage, clock, behaviour } = this.#world;
    if (behaviour.undeliveredWith !== null) return { code: behaviour.undeliveredWith, title: "Told to fail" };
    if (!content) return { code: 131053, title: "Media upload error" };
    const wroteAt = storage.lastInboundAt(account, customer);
    const isOpen = wroteAt !== undefined && clock.now() - wroteAt < windowMs;
    return isOpen || type === "template" ? undefined : { code: 131047, title: "Re-engagement message" };
  }

  #steps(at: number, error: Errored | undefined): { status: string; dueAt: number }[] {
    const { statusOrder, readReceipts } = this.#world.behaviour;
    if (statusOrder === "withheld") return [];
    const names = error ? ["failed"] : ["sent", "delivered", ...(readReceipts ? ["read"] : [])];
    const times = [at + afterMs.sent, at + afterMs.delivered, at + afterMs.read];
    const ordered = statusOrder === "reversed" ? names.toReversed() : names;
    const steps = ordered.map((status, index) => ({ status, dueAt: times[index]! }));
    return statusOrder === "duplicated" ? steps.flatMap((step) => [step, step]) : steps;
  }
}

/** `to` goes before `recipient` (page "Business-scoped user IDs"). */
function customerOf({ to, recipient }: SendBody): string | undefined {
  const address = to === undefined ? recipient : `+${to.replaceAll(/\D/g, "")}`;
  return address !== undefined && isCustomer(address) ? address : undefined;
}

interface Status {
  id: string;
  customer: string;
  status: string;
  dueAt: number;
  body: SendBody;
  error: Errored | undefined;
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status */
function statusValue({ id, customer, status, dueAt, body, error }: Status): Record<string, unknown> {
  const data = body.biz_opaque_callback_data;
  const report = {
    id,
    status,
    timestamp: String(Math.floor(dueAt / 1000)),
    ...(isNumber(customer) && { recipient_id: digitsOf(customer) }),
    recipient_user_id: userIdOf(customer),
    ...(data !== undefined && { biz_opaque_callback_data: data }),
    ...(error && { errors: [{ ...error, message: error.title, error_data: { details: error.title } }] }),
  };
  return { statuses: [report] };
}
