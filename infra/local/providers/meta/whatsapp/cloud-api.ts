import { isoTime } from "../../../../../shared/ports/clock.ts";
import type { HttpAnswer } from "../../../../../shared/ports/http.ts";
import { InvalidInbound } from "../../ports.ts";
import { shownAt, type OutboxItem, type ProviderAnswer, type ProviderCall } from "../../provider.ts";
import { failure, filesOrigin, hasToken, json, type GraphRequest } from "../graph.ts";
import { businessAccountId } from "../subscriptions.ts";
import type { Notifier } from "../notifier.ts";
import type { MetaProduct, MetaWorld, SimulatedPhoneNumber, SimulatedTemplate } from "../settings.ts";
import {
  contactFields,
  digitsOf,
  isCustomer,
  isNumber,
  senderFields,
  userIdOf,
  type CustomerAction,
} from "./customer.ts";
import { happeningsOf, type WhatsAppContent } from "./happenings.ts";
import { Sends } from "./sends.ts";

const object = "whatsapp_business_account";
const mediaLinkMs = 5 * 60_000;

/** WhatsApp's Cloud API and its customers. */
export class CloudApi implements MetaProduct {
  readonly #world: MetaWorld;
  readonly #notifier: Notifier;
  readonly #numbers: Map<string, SimulatedPhoneNumber>;
  readonly #sends: Sends;

  constructor(
    world: MetaWorld,
    notifier: Notifier,
    { numbers, templates }: { numbers: SimulatedPhoneNumber[]; templates: SimulatedTemplate[] },
  ) {
    this.#world = world;
    this.#notifier = notifier;
    this.#numbers = new Map(numbers.map((number) => [number.phoneNumberId, number]));
    const report = (id: string, value: Record<string, unknown>, dueAt: number) =>
      notifier.schedule(object, this.#entry(id, "messages", value), dueAt);
    this.#sends = new Sends(world, templates, report);
  }

  /** Whether a path of the Graph API is one of our numbers'. */
  owns(path: string): boolean {
    return this.#numbers.has(path.split("/")[1] ?? "");
  }

  answer({ method, path, query, body }: GraphRequest): HttpAnswer | Promise<HttpAnswer> | undefined {
    const [, id = "", rest] = path.split("/");
    if (this.#numbers.has(id)) {
      if (method === "POST" && rest === "messages") return this.#sends.send(id, body);
      return failure(400, { code: 100, message: `The simulated WhatsApp knows no ${method} ${path}` });
    }
    const file = rest === undefined && method === "GET" ? this.#world.storage.file(id) : undefined;
    if (!file || !this.#numbers.has(file.account)) return undefined;
    const asked = query.get("phone_number_id");
    if (asked !== null && asked !== file.account)
      return failure(400, { code: 100, message: "The file was not sent to this phone_number_id" });
    const expires = Math.floor((this.#world.clock.now() + mediaLinkMs) / 1000);
    const url = `${filesOrigin}/whatsapp_business/attachments/?mid=${id}&source=getMedia&ext=${expires}&hash=simulated`;
    const about = { mime_type: file.contentType, sha256: "simulated", file_size: file.bytes.length };
    return json(200, { messaging_product: "whatsapp", id, url, ...about });
  }

  /** A file by the address that the API gave for it: for five minutes, and for our token alone. */
  download(call: ProviderCall): ProviderAnswer {
    const { searchParams } = new URL(call.url);
    if (!hasToken(call, this.#world.app.accessToken))
      return failure(401, { code: 190, message: "Invalid OAuth access token" });
    const file = this.#world.storage.file(searchParams.get("mid") ?? "");
    const isExpired = Number(searchParams.get("ext")) * 1000 < this.#world.clock.now();
    if (!file || isExpired) return failure(404, { code: 100, message: "The link has expired" });
    return { status: 200, headers: { "content-type": file.contentType }, bytes: file.bytes };
  }

  /**
   * A customer does something in WhatsApp.
   *
   * @returns each message's id, and the router's status; null where it gave no answer
   * @throws InvalidInbound
   */
  async inbound(action: CustomerAction): Promise<{ providerId: string; status: number | null }[]> {
    const { from, to, name } = action;
    if (!this.#numbers.has(to))
      throw new InvalidInbound(`to: ${to} is none of ${Array.from(this.#numbers.keys()).join(", ")}`);
    if (!isCustomer(from)) throw new InvalidInbound(`from: ${from} is no number in the form +49151… and no user id`);
    const { storage, clock } = this.#world;
    const entries = storage.transaction(() =>
      happeningsOf(action, storage).map(({ fields, content }) => {
        const providerId = this.#sends.newMessageId();
        const at = clock.now();
        const alias = isNumber(from) ? { alias: userIdOf(from) } : {};
        storage.insert({
          id: providerId,
          channel: "whatsapp",
          account: to,
          customer: from,
          ...alias,
          direction: "in",
          at,
          arrivesAt: null,
          content,
        });
        const timestamp = String(Math.floor(at / 1000));
        const message = { ...senderFields(from), id: providerId, timestamp, ...fields };
        // A notice of WhatsApp's own names no contact.
        const contacts = fields["type"] === "system" ? {} : { contacts: [contactFields(from, name)] };
        return { providerId, entry: this.#entry(to, "messages", { ...contacts, messages: [message] }) };
      }),
    );
    const told = await Promise.all(
      entries.map(async ({ providerId, entry }) => ({ providerId, status: await this.#notifier.tell(object, entry) })),
    );
    if (action.newNumber !== undefined) await this.#tellOfUserId(action.from, action.newNumber, to);
    return told;
  }

  outbox({ channel = "whatsapp", to }: { channel?: string; to?: string }): OutboxItem[] {
    if (channel !== "whatsapp") return [];
    const filter = { channel, to: to ?? null, now: this.#world.clock.now() };
    return this.#world.storage
      .arrived<WhatsAppContent>(filter)
      .map(({ id, account, customer, arrivesAt, content }) => ({
        channel,
        from: account,
        to: customer,
        text: content.text,
        subject: null,
        headers: {},
        providerId: id,
        at: isoTime(arrivesAt!),
        ...(content.fileId !== undefined && { media: [this.#shown(content.fileId)] }),
        ...(content.choices && { buttons: content.choices.map(({ title }) => title) }),
      }));
  }

  #shown(fileId: string): { contentType: string; url: string } {
    return { contentType: this.#world.storage.file(fileId)!.contentType, url: shownAt("meta", fileId) };
  }

  /** With a number goes the id by which they are known to us. */
  async #tellOfUserId(before: string, after: string, to: string): Promise<void> {
    const update = {
      wa_id: digitsOf(after),
      detail: "A user's id has changed",
      user_id: { previous: userIdOf(before), current: userIdOf(after) },
      timestamp: String(Math.floor(this.#world.clock.now() / 1000)),
    };
    const value = { contacts: [{ wa_id: digitsOf(after), user_id: userIdOf(after) }], user_id_update: [update] };
    await this.#notifier.tell(object, this.#entry(to, "user_id_update", value));
  }

  #entry(phoneNumberId: string, field: string, value: Record<string, unknown>): unknown {
    const { displayNumber } = this.#numbers.get(phoneNumberId)!;
    const metadata = { display_phone_number: displayNumber.replaceAll(/\D/g, ""), phone_number_id: phoneNumberId };
    return {
      id: businessAccountId,
      changes: [{ field, value: { messaging_product: "whatsapp", metadata, ...value } }],
    };
  }
}
