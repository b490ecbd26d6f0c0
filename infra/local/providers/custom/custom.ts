import { isoTime } from "../../../../shared/ports/clock.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../../../../shared/ports/http.ts";
import { InvalidInbound, type Deliver, type ProviderClock } from "../ports.ts";
import {
  shownAt,
  type FetchFile,
  type OutboxItem,
  type ProvidedFile,
  type ProviderAnswer,
  type ProviderCall,
  type SimulatedProvider,
} from "../provider.ts";
import { json, signedHeaders, takeReply } from "./replies.ts";
import { isOnThisMachine, throughTunnel } from "./tunnel.ts";
import type { CustomStorage, PendingEvent, TakenReply } from "./storage.ts";

/** An inbox of a custom channel, as the system behind it knows it. */
export interface CustomInbox {
  id: string;
  /** `whsec_…` */
  secret: string;
  /** where the router takes its events */
  webhookUrl: string;
  /** where it takes replies; its files lie at the same origin, under /files/ */
  replyUrl: string;
}

/** How the system treats what it is given from now on. */
export interface Behaviour {
  /** reports in the order of the statuses, in the opposite one, each twice, or none at all */
  statusOrder: "honest" | "reversed" | "duplicated" | "withheld";
  /** so many replies are answered with 429 */
  throttledCalls: number;
  retryAfterSeconds: number;
  /** so many replies are taken, and then the connection is cut */
  acceptsThenTimesOut: number;
  /** replies are answered with this status; null: they are taken */
  refuseWith: number | null;
}

export interface SimulatedCustomOptions {
  clock: ProviderClock;
  storage: CustomStorage;
  deliver: Deliver;
  fetchFile: FetchFile;
  inboxes: CustomInbox[];
}

/** What somebody says by way of the system: at a counter, in a letter. */
export interface CustomEvent {
  /** the inbox's id */
  to: string;
  from: string;
  name?: string;
  text?: string;
  subject?: string;
  /** the system's own id; absent: a new one */
  id?: string;
  /** the id of the message that it answers */
  replyTo?: string;
  /** in the event itself, or (`isLinked`) as links to the system's own host */
  media?: (ProvidedFile & { name: string; isLinked?: boolean })[];
}

/** What the router does not take comes again after these (milliseconds), then never. */
const redeliverAfterMs = [5_000, 300_000, 1_800_000];
const [deliveredAfterMs, readAfterMs] = [60, 150];

/** Another company's own system behind a custom channel: it signs, takes replies at its own address, and reports on them. */
export class SimulatedCustom implements SimulatedProvider {
  readonly name = "custom";
  readonly origins: readonly string[];
  readonly behaviour: Behaviour = {
    statusOrder: "honest",
    throttledCalls: 0,
    retryAfterSeconds: 2,
    acceptsThenTimesOut: 0,
    refuseWith: null,
  };
  readonly #options: SimulatedCustomOptions;
  /** inbox → where on this machine its replies are taken, in place of here */
  readonly #tunnels = new Map<string, string>();
  #closed = false;

  constructor(options: SimulatedCustomOptions) {
    this.#options = options;
    this.origins = Array.from(new Set(options.inboxes.map(({ replyUrl }) => new URL(replyUrl).origin)));
  }

  /** @throws HttpOutcomeUnknown where the reply was taken and the answer is lost */
  async handle(call: ProviderCall): Promise<ProviderAnswer> {
    const { storage, clock, fetchFile, inboxes } = this.#options;
    const { origin, pathname } = new URL(call.url);
    const fileId = /^\/files\/([^/]+)\//.exec(pathname)?.[1];
    if (fileId !== undefined) return fileAnswer(storage.file(fileId));
    const inbox = inboxes.find(({ replyUrl }) => replyUrl === origin + pathname);
    if (!inbox) return json(404, { error: "There is nothing here." });
    const tunnel = this.#tunnels.get(inbox.id);
    if (tunnel !== undefined) return throughTunnel(tunnel, call);
    const { throttledCalls, retryAfterSeconds, refuseWith, acceptsThenTimesOut } = this.behaviour;
    if (throttledCalls > 0) {
      this.behaviour.throttledCalls -= 1;
      return json(429, { error: "Later." }, { "retry-after": String(retryAfterSeconds) });
    }
    if (refuseWith !== null) return json(refuseWith, { error: "No." });
    const { answer, taken } = await takeReply(call, { inbox, storage, fetchFile, now: clock.now() });
    if (taken) for (const event of this.#reportsOf(taken)) this.#schedule(event);
    if (!taken || acceptsThenTimesOut === 0) return answer;
    this.behaviour.acceptsThenTimesOut -= 1;
    throw new HttpOutcomeUnknown("The connection was cut after the reply was taken.");
  }

  /**
   * Somebody says something by way of the system.
   *
   * @returns the message's id and the router's status; null where it gave no answer
   * @throws InvalidInbound
   */
  async inbound(event: CustomEvent): Promise<{ providerId: string; status: number | null }> {
    const { storage, clock } = this.#options;
    const { to, media = [], ...rest } = event;
    const inbox = this.#inboxNamed(to);
    if (rest.from.trim() === "") throw new InvalidInbound("from: somebody must have said it");
    const id = event.id ?? storage.newId("msg");
    const attachments = media.map((file) => this.#attachmentOf(file, inbox));
    const body = JSON.stringify({ type: "message", ...rest, id, sentAt: isoTime(clock.now()), attachments });
    const pending = { id, inboxId: to, body, tries: 0, dueAt: clock.now() };
    storage.putEvent(pending);
    return { providerId: id, status: await this.#deliver(pending) };
  }

  /** Oldest first. */
  outbox({ channel = "custom", to }: { channel?: string; to?: string } = {}): OutboxItem[] {
    if (channel !== "custom") return [];
    return this.#options.storage.replies(to ?? null).map((reply) => ({
      channel: "custom",
      from: reply.inboxId,
      to: reply.to,
      text: reply.text,
      subject: null,
      headers: {},
      providerId: reply.id,
      at: isoTime(reply.at),
      ...(reply.files.length > 0 && { media: reply.files.map(mediaOf) }),
      ...(reply.buttons.length > 0 && { buttons: reply.buttons }),
    }));
  }

  file(id: string): ProvidedFile | undefined {
    return this.#options.storage.file(id);
  }

  /**
   * Hands replies on to a system that somebody runs on this machine, as they come; null: they are taken here again.
   *
   * @throws InvalidInbound
   */
  tunnel(inboxId: string, url: string | null): void {
    const { id } = this.#inboxNamed(inboxId);
    if (url === null) return void this.#tunnels.delete(id);
    if (!isOnThisMachine(url)) throw new InvalidInbound(`url: ${url} is no http address of this machine`);
    this.#tunnels.set(id, url);
  }

  resume(): void {
    const ids = new Set(this.#options.inboxes.map(({ id }) => id));
    for (const event of this.#options.storage.events()) if (ids.has(event.inboxId)) this.#schedule(event);
  }

  close(): void {
    this.#closed = true;
    this.#options.storage.close();
  }

  #inboxNamed(id: string): CustomInbox {
    const inbox = this.#options.inboxes.find((each) => each.id === id);
    if (inbox) return inbox;
    throw new InvalidInbound(`to: ${id} is none of ${this.#options.inboxes.map((each) => each.id).join(", ")}`);
  }

  #attachmentOf({ name, contentType, bytes, isLinked }: NonNullable<CustomEvent["media"]>[number], inbox: CustomInbox) {
    if (!isLinked) return { name, contentType, content: Buffer.from(bytes).toString("base64") };
    const id = this.#options.storage.newId("file");
    this.#options.storage.addFile(id, { contentType, bytes });
    return { name, contentType, url: fileUrl(inbox, id, name) };
  }

  #reportsOf({ id, sendId, inboxId, at }: TakenReply): PendingEvent[] {
    const { statusOrder } = this.behaviour;
    if (statusOrder === "withheld") return [];
    const statuses = statusOrder === "reversed" ? ["read", "delivered"] : ["delivered", "read"];
    const dueAt = [at + deliveredAfterMs, at + readAfterMs];
    const copies = statusOrder === "duplicated" ? ["", "-again"] : [""];
    return statuses.flatMap((status, index) =>
      copies.map((copy) => ({
        id: `${id}-${status}${copy}`,
        inboxId,
        body: JSON.stringify({ type: "status", sendId, id, status }),
        tries: 0,
        dueAt: dueAt[index]!,
      })),
    );
  }

  #schedule(event: PendingEvent): void {
    this.#options.storage.putEvent(event);
    this.#options.clock.at(event.dueAt, async () => {
      if (!this.#closed) await this.#deliver(event);
    });
  }

  async #deliver(event: PendingEvent): Promise<number | null> {
    const { storage, clock, deliver } = this.#options;
    const { webhookUrl, secret } = this.#inboxNamed(event.inboxId);
    const headers = signedHeaders(event.id, event.body, { secret, now: clock.now() });
    const status = await deliver(webhookUrl, headers, event.body).catch((error: unknown) => {
      if (error instanceof HttpNotSent || error instanceof HttpOutcomeUnknown) return null;
      throw error;
    });
    if (this.#closed) return status;
    const waitMs = redeliverAfterMs[event.tries];
    const isTaken = status !== null && status >= 200 && status < 300;
    if (isTaken || waitMs === undefined) storage.removeEvent(event.id);
    else this.#schedule({ ...event, tries: event.tries + 1, dueAt: clock.now() + waitMs });
    return status;
  }
}

const mediaOf = ({ id, contentType }: TakenReply["files"][number]) => ({ contentType, url: shownAt("custom", id) });

const fileUrl = ({ replyUrl }: CustomInbox, id: string, name: string): string =>
  `${new URL(replyUrl).origin}/files/${id}/${encodeURIComponent(name)}`;

const fileAnswer = (file: ProvidedFile | undefined): ProviderAnswer =>
  file
    ? { status: 200, headers: { "content-type": file.contentType }, bytes: file.bytes }
    : json(404, { error: "There is no such file." });
