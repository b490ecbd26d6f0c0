import { z } from "zod";
import type { Inbox } from "../../../shared/core/inbox.ts";
import { type HttpReply, json, problem } from "../../../shared/flow/http-reply.ts";
import { isoTime } from "../../../shared/ports/clock.ts";
import type { VirtualClock } from "../clock.ts";
import type { Meter } from "../gateway/gateway.ts";
import type { LocalReply } from "../http/server.ts";
import type { ProviderSide } from "../provider-side.ts";
import { Customers, refusingMistakes } from "./customers.ts";
import { showFile } from "./files.ts";
import { parseBody, type SimRequest } from "./input.ts";
import type { SimulatedMailbox } from "./mailbox.ts";
import { outboxOf } from "./outbox.ts";
import { pageAt, readPage } from "./pages.ts";
import type { VouchingShop } from "./vouch.ts";

export interface SimOptions {
  clock: VirtualClock;
  meter: Meter;
  providers: Pick<ProviderSide, "twilio" | "meta" | "telegram" | "custom" | "all">;
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

const tunnelSchema = z.strictObject({ inbox: z.string(), url: z.url().nullable() });

/** The customers' side of the embedded cloud: phones, what they received, the clock and the meter. */
export class SimRouter {
  readonly #options: SimOptions;
  readonly #routes: Record<string, (request: SimRequest) => HttpReply | Promise<HttpReply>>;

  constructor(options: SimOptions) {
    this.#options = options;
    const { meter, mailbox, shop, providers } = options;
    const senders = { providers: providers.all, mailbox };
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
      ...new Customers(options).routes,
      "PUT /custom/tunnel": (request) => this.#tunnel(request),
      "GET /outbox": async ({ query }) => json(200, { items: await outboxOf(query, senders) }),
      "GET /inboxes": () => json(200, { items: options.inboxes }),
      ...(mailbox && { "POST /email/messages": (request) => mailbox.write(request) }),
      ...(shop && { "POST /web/vouch": (request) => shop.vouch(request) }),
    };
  }

  async handle(request: SimRequest): Promise<LocalReply> {
    const { providers, mailbox } = this.#options;
    const shown = await showFile(request, mailbox ? [...providers.all, mailbox] : providers.all);
    if (shown) return shown;
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

  /** Replies of a custom channel go to a system that somebody runs on this machine. */
  async #tunnel({ body }: SimRequest): Promise<HttpReply> {
    const parsed = parseBody(tunnelSchema, body);
    if (!parsed.ok) return problem(400, parsed.problem);
    const { inbox, url } = parsed.value;
    return refusingMistakes(() => {
      this.#options.providers.custom.tunnel(inbox, url);
      return { status: 204, headers: {}, body: "" };
    });
  }
}

const noFaults = (): HttpReply => problem(501, "Faults can't be injected yet.", { title: "Not implemented" });
