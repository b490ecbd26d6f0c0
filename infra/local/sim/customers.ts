import type { z } from "zod";
import type { Inbox } from "../../../shared/core/inbox.ts";
import { type HttpReply, json, problem } from "../../../shared/flow/http-reply.ts";
import type { ProviderSide } from "../provider-side.ts";
import { InvalidInbound } from "../providers/ports.ts";
import { customSchema, messagingSchema, telegramSchema, twilioSchema, whatsAppSchema } from "./actions.ts";
import { parseBody, type SimRequest } from "./input.ts";

export interface CustomersOptions {
  providers: Pick<ProviderSide, "twilio" | "meta" | "telegram" | "custom">;
  inboxes: Inbox[];
}

/** A message that the router was told of, and what it answered; null: nothing. */
interface Told {
  providerId: string;
  status: number | null;
}

type Route = (request: SimRequest) => Promise<HttpReply>;

/** Customers with a telephone or at a counter: what they do goes to the provider that carries it. */
export class Customers {
  readonly #options: CustomersOptions;

  constructor(options: CustomersOptions) {
    this.#options = options;
  }

  /** by method and path below /sim */
  get routes(): Record<string, Route> {
    return {
      "POST /twilio/messages": (request) => this.#text(request),
      "POST /whatsapp/messages": route(whatsAppSchema, (action) => this.#whatsApp(action)),
      "POST /messenger/messages": route(messagingSchema, (action) => this.#messaging("messenger", action)),
      "POST /instagram/messages": route(messagingSchema, (action) => this.#messaging("instagram", action)),
      "POST /telegram/messages": route(telegramSchema, (action) => this.#telegram(action)),
      "POST /custom/messages": route(customSchema, (action) => this.#custom(action)),
    };
  }

  async #text({ body }: SimRequest): Promise<HttpReply> {
    const parsed = parseBody(twilioSchema, body);
    if (!parsed.ok) return problem(400, parsed.problem);
    const { files: media, ...text } = parsed.value;
    return refusingMistakes(async () => {
      const { sid, status } = await this.#options.providers.twilio.inbound({ ...text, media });
      return refusalOf([{ providerId: sid, status }]) ?? json(200, { sid, status });
    });
  }

  #whatsApp({ to, files: media, ...action }: z.output<typeof whatsAppSchema>): Promise<Told[]> {
    const { meta } = this.#options.providers;
    return meta.whatsapp.inbound({ ...action, media, to: this.#inbox("whatsapp", to).address });
  }

  async #messaging(
    channel: "messenger" | "instagram",
    { to, files: media, choice, blocks, ...action }: z.output<typeof messagingSchema>,
  ): Promise<Told[]> {
    const { messaging } = this.#options.providers.meta;
    const { address } = this.#inbox(channel, to);
    if (blocks === undefined)
      return [await messaging.inbound({ ...action, media, quickReply: choice?.title, to: address })];
    messaging.block(action.from, address, blocks);
    return [];
  }

  #telegram({ to, files: media, choice, contact, ...action }: z.output<typeof telegramSchema>): Promise<Told[]> {
    return this.#options.providers.telegram.inbound({
      ...action,
      media,
      button: choice?.title,
      ...(contact && { contact: { firstName: contact.name, phoneNumber: contact.phone } }),
      to: this.#inbox("telegram", to).address,
    });
  }

  async #custom({ to, files = [], linksFiles, ...action }: z.output<typeof customSchema>): Promise<Told[]> {
    const media = files.map(({ name = "file", ...file }) => ({ ...file, name, isLinked: linksFiles }));
    return [await this.#options.providers.custom.inbound({ ...action, media, to: this.#inbox("custom", to).id })];
  }

  /** @throws InvalidInbound */
  #inbox(channel: string, named: string | undefined): Inbox {
    const inboxes = this.#options.inboxes.filter((each) => each.channel === channel && each.provider === undefined);
    const inbox =
      named === undefined ? inboxes[0] : inboxes.find(({ id, address }) => id === named || address === named);
    if (inbox) return inbox;
    if (inboxes.length === 0) throw new InvalidInbound(`to: router.yaml has no inbox of the channel ${channel}`);
    const hint = channel === "whatsapp" ? "; to WhatsApp by Twilio one writes at /sim/twilio/messages" : "";
    throw new InvalidInbound(`to: ${named} is none of ${inboxes.map(({ id }) => id).join(", ")}${hint}`);
  }
}

const route =
  <Action>(schema: z.ZodType<Action>, act: (action: Action) => Promise<Told[]>): Route =>
  async ({ body }) => {
    const parsed = parseBody(schema, body);
    if (!parsed.ok) return problem(400, parsed.problem);
    return refusingMistakes(async () => {
      const items = await act(parsed.value);
      return refusalOf(items) ?? json(200, { items });
    });
  };

/** What no customer can do is the caller's mistake. */
export async function refusingMistakes(work: () => HttpReply | Promise<HttpReply>): Promise<HttpReply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidInbound) return problem(400, error.message);
    throw error;
  }
}

function refusalOf(told: Told[]): HttpReply | undefined {
  const refused = told.find(({ status }) => status === null || status >= 300);
  if (!refused) return undefined;
  const { providerId, status } = refused;
  return problem(502, `The router answered the carrier's webhook for ${providerId} with ${status ?? "nothing"}.`);
}
