import { run as takeMailIn } from "../../functions/mail/run.ts";
import { run as timer } from "../../functions/timer/run.ts";
import type { Configuration } from "../../shared/core/configuration.ts";
import { identityIdAt, placeOf } from "../../shared/core/address.ts";
import { identityIdOf } from "../../shared/core/ids.ts";
import type { InboundMessage } from "../../shared/core/message.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import type { Delivery, OutboundJob } from "../../shared/ports/queues.ts";
import { agent, available, configuration, createFlow, type Flow } from "../../tests/flow/harness.ts";
import { createCarriers, inboxes, kinds, secrets, type Carriers, type Kind } from "./carriers.ts";
import { fateOf, type Fate } from "./fates.ts";

/** How long the outbound queue hides what failed, as `infra/aws/settings.ts` has it. */
const visibilityMs = 60_000;
/** So often the world looks around. */
const stepMs = 15_000;
const agentId = "agent-en";

/** A reply, from the moment it is accepted. */
export interface Reply {
  kind: Kind;
  /** of the message */
  id: string;
  acceptedAt: number;
  /** what became of each request to hand it over, oldest first; what was throttled or refused is none */
  attempts: { fate: Fate; isTaken: boolean; at: number }[];
  /** when its outcome was known for the first time; absent where it never was */
  settledAt?: number;
}

/** Takes one delivery of the outbound queue. @returns whether it is done; else it comes again */
export type Sender = (delivery: Delivery<OutboundJob>, flow: Flow) => Promise<boolean>;

export interface World {
  flow: Flow;
  replies: Reply[];
  /** messages that customers have received */
  received(): number;
  /** Replies in every conversation at once. */
  replyToAll(text: string): Promise<void>;
  /** Lets this much time pass, with all that falls due. */
  pass(milliseconds: number): Promise<void>;
  close(): void;
}

/** One agent who can hold everything. */
function configurationOf(): Configuration {
  const [pool] = configuration.pools;
  const [profile] = pool!.agents;
  return {
    ...configuration,
    inboxes: Object.values(inboxes),
    rules: [],
    pools: [{ ...pool!, agents: [{ ...profile!, units: 100_000 }] }],
  };
}

/** @param people customers of each kind, each with a conversation that the agent holds */
export async function createWorld(people: number, seed: number, sender: Sender): Promise<World> {
  const flow = createFlow(configurationOf());
  const world = new BenchWorld(flow, seed, sender);
  Object.assign(flow.secrets, secrets);
  flow.app.http = world.carriers.http;
  flow.app.mail = world.carriers.mail;
  flow.app.publicUrls = ["https://router.example"];
  await available(flow, agentId);
  await world.begin(people);
  return world;
}

class BenchWorld implements World {
  readonly flow: Flow;
  readonly replies: Reply[] = [];
  readonly carriers: Carriers;
  readonly #sender: Sender;
  readonly #byMessage = new Map<string, Reply>();
  readonly #conversations: { id: string; kind: Kind }[] = [];
  /** what waits for its time */
  #hidden: { delivery: Delivery<OutboundJob>; visibleAt: number }[] = [];
  #underWay: Reply | undefined;

  constructor(flow: Flow, seed: number, sender: Sender) {
    this.flow = flow;
    this.#sender = sender;
    this.carriers = createCarriers({
      clock: flow.clock,
      deliver: flow.deliver,
      tell: (notification) => void takeMailIn([deliveryOf(notification)], flow.app),
      fate: () => this.#fate(seed),
      took: () => void (this.#underWay!.attempts.at(-1)!.isTaken = true),
    });
  }

  async begin(people: number): Promise<void> {
    for (const kind of kinds)
      for (let person = 0; person < people; person += 1) {
        const address = addressOf(kind, person);
        await (kind === "email" ? this.#mailFrom(address) : this.carriers.write(kind, address, greeting));
        await this.flow.settle();
        const { id: inboxId, channel } = inboxes[kind];
        const identityId = identityIdAt(placeOf({ channel, address, inboxId }, this.flow.app.config));
        const identity = await this.flow.stores.identities.get(identityId);
        const customer = identity && (await this.flow.stores.customers.get(identity.customerId));
        if (!customer?.openConversationId) throw new Error(`${address} has no conversation by ${kind}`);
        this.#conversations.push({ id: customer.openConversationId, kind });
      }
  }

  async replyToAll(text: string): Promise<void> {
    for (const { id, kind } of this.#conversations) {
      const key = `reply-${this.replies.length}`;
      const path = `/v1/conversations/${id}/messages`;
      const { status, body } = await this.flow.call(agent(agentId), "POST", path, { text }, { "idempotency-key": key });
      if (status !== 202) throw new Error(`A reply by ${kind} was answered with ${status}: ${JSON.stringify(body)}`);
      const reply: Reply = { kind, id: body.id, acceptedAt: this.flow.clock.now(), attempts: [] };
      this.replies.push(reply);
      this.#byMessage.set(reply.id, reply);
    }
    await this.#work();
  }

  async pass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += stepMs) {
      await this.flow.clock.advance(stepMs);
      if (passed % 60_000 === 0) await this.flow.sweep();
      await this.#work();
    }
  }

  received(): number {
    return this.carriers.received();
  }

  close(): void {
    this.carriers.close();
    this.flow.twilio.close();
  }

  async #work(): Promise<void> {
    const { flow } = this;
    const { inbound, timers, outbound } = flow.queues;
    const now = flow.clock.now();
    while ((await inbound.work(flow.work.route)) + (await timers.work((batch) => timer(batch, flow.app))) > 0);
    const fresh = outbound.waiting.splice(0).map((delivery) => ({ delivery, visibleAt: now }));
    const all = [...this.#hidden, ...fresh];
    this.#hidden = all.filter(({ visibleAt }) => visibleAt > now);
    for (const { delivery } of all.filter(({ visibleAt }) => visibleAt <= now)) await this.#take(delivery);
    for (const reply of this.replies)
      if (reply.settledAt === undefined && (await this.#isSettled(reply))) reply.settledAt = now;
  }

  async #take(delivery: Delivery<OutboundJob>): Promise<void> {
    this.#underWay = this.#byMessage.get(delivery.body.messageId)!;
    delivery.receiveCount += 1;
    const isDone = await this.#sender(delivery, this.flow);
    if (!isDone) this.#hidden.push({ delivery, visibleAt: this.flow.clock.now() + visibilityMs });
  }

  async #isSettled({ id }: Reply): Promise<boolean> {
    const message = await this.flow.stores.messages.get(id);
    return message?.direction === "out" && ["sent", "delivered", "read", "failed"].includes(message.status);
  }

  #fate(seed: number): Fate {
    const reply = this.#underWay!;
    const fate = fateOf(seed, this.replies.indexOf(reply), reply.attempts.length);
    reply.attempts.push({ fate, isTaken: false, at: this.flow.clock.now() });
    return fate;
  }

  async #mailFrom(from: string): Promise<void> {
    const { id: inboxId } = inboxes.email;
    const message: InboundMessage = {
      kind: "message",
      channel: "email",
      accountId: "ses",
      providerId: `mail-of-${from}`,
      from,
      inboxId,
      text: greeting,
      media: [],
      subject: "My order",
    };
    const body = { schemaVersion: 1, message, receivedAt: isoTime(this.flow.clock.now()) } as const;
    await this.flow.app.queues.inbound.send([{ body, groupId: identityIdOf("email", from) }]);
  }
}

const greeting = "Hello, could you please help me with my order?";

function addressOf(kind: Kind, person: number): string {
  const digits = String(person).padStart(5, "0");
  if (kind === "email") return `customer-${digits}@customers.example`;
  if (kind === "custom") return `customer ${digits}`;
  if (kind === "telegram") return `7${digits}`;
  // Meta names the same person otherwise for each page and account.
  if (kind === "messenger") return `9000000000${digits}`;
  if (kind === "instagram") return `8000000000${digits}`;
  return `+49151${kind === "whatsapp" ? "3" : "2"}${kind === "sms" ? "1" : "2"}${digits}0`;
}

const deliveryOf = (body: unknown): Delivery<unknown> => ({
  messageId: "mail",
  body,
  groupId: "",
  sequence: "",
  receiveCount: 1,
});
