import { z } from "zod";
import type { Inbox } from "../../../shared/core/configuration.ts";
import { type HttpReply, json, problem } from "../../../shared/flow/http-reply.ts";
import { isoTime } from "../../../shared/ports/clock.ts";
import type { VirtualClock } from "../clock.ts";
import type { Meter } from "../gateway/gateway.ts";
import { InvalidInbound } from "../providers/ports.ts";
import type { ProviderSide } from "../provider-side.ts";
import { parseBody, type SimRequest } from "./input.ts";
import type { SimulatedMailbox } from "./mailbox.ts";
import { pageAt, readPage } from "./pages.ts";
import type { VouchingShop } from "./vouch.ts";

export interface SimOptions {
  clock: VirtualClock;
  meter: Meter;
  providers: Pick<ProviderSide, "twilio" | "custom" | "all">;
  /** where the templates receive mail */
  mailbox?: SimulatedMailbox;
  /** where the templates have a chat */
  shop?: VouchingShop;
  inboxes: Inbox[];
  /** folder of the built page */
  pageDirectory: string;
}

/** A hundred years: more is a slip of the finger. */
const maxAdvanceMs = 100 * 365 * 24 * 60 * 60_000;

const advanceSchema = z.strictObject({ advanceMs: z.number().min(0).max(maxAdvanceMs) });

const messageSchema = z.strictObject({
  from: z.string(),
  to: z.string(),
  body: z.string(),
  mediaUrls: z.array(z.url()).optional(),
});

const tunnelSchema = z.strictObject({ inbox: z.string(), url: z.url().nullable() });

/** The customers' side of the embedded cloud: phones, what they received, the clock and the meter. */
export class SimRouter {
  readonly #options: SimOptions;
  readonly #routes: Record<string, (request: SimRequest) => HttpReply | Promise<HttpReply>>;

  constructor(options: SimOptions) {
    this.#options = options;
    const { meter, mailbox, shop } = options;
    this.#routes = {
      "GET /clock": () => this.#now(),
      "POST /clock": (request) => this.#advance(request),
      "GET /meter": () => json(200, meter.report()),
      "DELETE /meter": () => {
        meter.reset();
        return { status: 204, headers: {}, body: "" };
      },
      "PUT /faults": noFaults,
      "DELETE /faults": noFaults,
      "POST /twilio/messages": (request) => this.#text(request),
      "PUT /custom/tunnel": (request) => this.#tunnel(request),
      "GET /outbox": ({ query }) => this.#outbox(query),
      "GET /inboxes": () => json(200, { items: options.inboxes }),
      ...(mailbox && { "POST /email/messages": (request) => mailbox.write(request) }),
      ...(shop && { "POST /web/vouch": (request) => shop.vouch(request) }),
    };
  }

  async handle(request: SimRequest): Promise<HttpReply> {
    const file = pageAt(request.path);
    if (file && request.method === "GET") return readPage(file, this.#options.pageDirectory);
    const route = this.#routes[`${request.method} ${request.path}`];
    if (route) return route(request);
    const others = Object.keys(this.#routes).filter((key) => key.endsWith(` ${request.path}`));
    if (others.length === 0 && !file) return problem(404, `There is nothing at /sim${request.path}.`);
    const methods = file ? ["GET"] : others.map((key) => key.split(" ")[0]!);
    const refusal = problem(405, `/sim${request.path} takes ${methods.join(" and ")}.`);
    return { ...refusal, headers: { ...refusal.headers, allow: methods.join(", ") } };
  }

  #now(): HttpReply {
    return json(200, { now: isoTime(this.#options.clock.now()) });
  }

  async #advance({ body }: SimRequest): Promise<HttpReply> {
    const parsed = parseBody(advanceSchema, body);
    if (!parsed.ok) return problem(400, parsed.problem);
    await this.#options.clock.advance(parsed.value.advanceMs);
    return this.#now();
  }

  async #text({ body }: SimRequest): Promise<HttpReply> {
    const parsed = parseBody(messageSchema, body);
    if (!parsed.ok) return problem(400, parsed.problem);
    try {
      const { sid, status } = await this.#options.providers.twilio.inbound(parsed.value);
      if (status !== null && status < 300) return json(200, { sid, status });
      return problem(502, `The router answered the carrier's webhook for ${sid} with ${status ?? "nothing"}.`);
    } catch (error) {
      if (error instanceof InvalidInbound) return problem(400, error.message);
      throw error;
    }
  }

  /** Replies of a custom channel go to a system that somebody runs on this machine. */
  #tunnel({ body }: SimRequest): HttpReply {
    const parsed = parseBody(tunnelSchema, body);
    if (!parsed.ok) return problem(400, parsed.problem);
    try {
      this.#options.providers.custom.tunnel(parsed.value.inbox, parsed.value.url);
    } catch (error) {
      if (error instanceof InvalidInbound) return problem(400, error.message);
      throw error;
    }
    return { status: 204, headers: {}, body: "" };
  }

  /** All channels together, oldest first, unless one is named. */
  async #outbox(query: URLSearchParams): Promise<HttpReply> {
    const { providers, mailbox } = this.#options;
    const channel = query.get("channel") ?? undefined;
    // A "+" that was not percent-encoded arrives as a blank.
    const to = query.get("to")?.replaceAll(" ", "+");
    const mails = channel === undefined || channel === "email" ? ((await mailbox?.outbox(to)) ?? []) : [];
    const items = [...providers.all.flatMap((provider) => provider.outbox({ channel, to })), ...mails];
    return json(200, { items: items.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)) });
  }
}

const noFaults = (): HttpReply => problem(501, "Faults can't be injected yet.", { title: "Not implemented" });
