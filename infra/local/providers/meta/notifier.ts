import { createHmac } from "node:crypto";
import { HttpNotSent, HttpOutcomeUnknown } from "../../../../shared/ports/http.ts";
import type { MetaWorld } from "./settings.ts";
import type { MetaEvent } from "./storage.ts";

const second = 1_000;
const minute = 60 * second;

/**
 * What the router does not take comes again after these, less and less often.
 *
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#event-notifications (immediately, then for 36 hours)
 */
const redeliverAfterMs = [second, 10 * second, minute, 10 * minute, 60 * minute, 6 * 60 * minute, 12 * 60 * minute];

/** So long events wait for others, where several come in one request. */
const gatherMs = second;

/** Carries events to the webhook as Meta does: signed, several in one request, and again until they are taken. */
export class Notifier {
  readonly #world: MetaWorld;
  readonly #underWay = new Set<number>();
  #closed = false;

  constructor(world: MetaWorld) {
    this.#world = world;
  }

  /** An event that has just happened. @returns the router's status; null when it gave no answer */
  async tell(object: string, entry: unknown): Promise<number | null> {
    const { storage, clock } = this.#world;
    return this.#deliver([storage.addEvent({ object, entry, dueAt: clock.now() })]);
  }

  /** An event that happens then. */
  schedule(object: string, entry: unknown, dueAt: number): void {
    this.#wait(this.#world.storage.addEvent({ object, entry, dueAt }));
  }

  /** Goes on with what an earlier process had to tell. */
  resume(): void {
    for (const event of this.#world.storage.events()) this.#wait(event);
  }

  close(): void {
    this.#closed = true;
  }

  #wait({ id, dueAt }: MetaEvent): void {
    this.#world.clock.at(dueAt, async () => {
      const event = this.#closed ? undefined : this.#world.storage.event(id);
      // Another took it along, or it was put off.
      if (event?.dueAt !== dueAt || this.#underWay.has(id)) return;
      await this.#deliver([event, ...this.#companions(event)]);
    });
  }

  #companions({ id, object, dueAt }: MetaEvent): MetaEvent[] {
    const { storage, behaviour } = this.#world;
    if (behaviour.eventsPerRequest <= 1) return [];
    return storage
      .events()
      .filter(
        (other) =>
          other.id !== id &&
          !this.#underWay.has(other.id) &&
          other.object === object &&
          other.dueAt <= dueAt + gatherMs,
      )
      .slice(0, behaviour.eventsPerRequest - 1);
  }

  async #deliver(events: MetaEvent[]): Promise<number | null> {
    const { storage, clock } = this.#world;
    for (const { id } of events) this.#underWay.add(id);
    const heard = await this.#call(events[0]!.object, events);
    for (const { id } of events) this.#underWay.delete(id);
    const status = heard === "nobody" ? null : heard;
    if (this.#closed) return status;
    const isTaken = heard === "nobody" || (status !== null && status >= 200 && status < 300);
    for (const { id, tries } of events) {
      const waitMs = redeliverAfterMs[tries];
      if (isTaken || waitMs === undefined) {
        storage.removeEvent(id);
        continue;
      }
      storage.postpone(id, clock.now() + waitMs);
      this.#wait(storage.event(id)!);
    }
    return status;
  }

  async #call(object: string, events: MetaEvent[]): Promise<number | "nobody" | null> {
    const { app, subscriptions, deliver } = this.#world;
    const url = subscriptions.callbackFor(object);
    if (url === undefined) return "nobody";
    const body = escaped(JSON.stringify({ object, entry: events.map(({ entry }) => entry) }));
    try {
      return await deliver(url, { "content-type": "application/json", ...signature(body, app.appSecret) }, body);
    } catch (error) {
      if (error instanceof HttpNotSent || error instanceof HttpOutcomeUnknown) return null;
      throw error;
    }
  }
}

/** @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads */
const signature = (body: string, appSecret: string): Record<string, string> => ({
  "x-hub-signature-256": `sha256=${createHmac("sha256", appSecret).update(body).digest("hex")}`,
});

/** Meta signs, and sends, the body with all that is no ASCII escaped (same page). */
const escaped = (json: string): string =>
  json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
