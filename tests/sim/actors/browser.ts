import { createHmac } from "node:crypto";
import type { HelloFrame, ServerFrame } from "../../../shared/channels/web/frames.ts";
import { providerIdOf, webChannel } from "../../../shared/channels/web/address.ts";
import { identityIdOf, messageIdOf } from "../../../shared/core/ids.ts";
import { chatInboxId, secrets } from "../configuration.ts";
import { type Person } from "../people.ts";
import type { ChatView, ShownMessage } from "../ledger.ts";
import type { World } from "../world.ts";

interface Written {
  clientMessageId: string;
  text: string;
}

const helloTimeoutMs = 25_000;
const ackTimeoutMs = 12_000;

/**
 * A customer's browser with the chat open: it resumes its session, sends what is not acknowledged again under the same id,
 * one after the other, and shows each message once.
 */
export class Browser implements ChatView {
  readonly #name: string;
  readonly #world: World;
  readonly #outbox: Written[] = [];
  /** by message id */
  readonly #shown = new Map<string, ShownMessage>();
  /** its own messages, in the order in which they were written */
  readonly written: (Written & { messageId?: string })[] = [];
  #connectionId: string | undefined;
  #sessionToken: string | undefined;
  #vouchedAs: Person | undefined;
  /** who signed in last */
  #person: Person | undefined;
  #hasHello = false;
  #isSending = false;
  #counted = 0;
  /** called on whatever happens */
  #wake: () => void = () => {};

  constructor(name: string, world: World) {
    this.#name = name;
    this.#world = world;
    world.ledger.chats.push(this);
  }

  /** The web channel's address as which it chats now. */
  get address(): string | undefined {
    const [, claims = ""] = this.#sessionToken?.split(".") ?? [];
    if (claims === "") return undefined;
    return (JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as { sub: string }).sub;
  }

  get shown(): ReadonlyMap<string, ShownMessage> {
    return this.#shown;
  }

  get isOpen(): boolean {
    return this.#hasHello;
  }

  say(text: string): void {
    this.#counted += 1;
    const message = {
      clientMessageId: `${this.#name} ${this.#counted}`,
      text: `${text} (${this.#name}, ${this.#counted})`,
    };
    this.#outbox.push(message);
    this.written.push(message);
    this.#world.counters.count("work", "chat messages");
    this.#sendAll();
  }

  /** The shop's page says who is there: the chat is opened anew, as that person's. */
  signIn(person: Person): void {
    if (this.#isSending) return;
    this.#vouchedAs = person;
    this.#person = person;
    this.drop();
    this.#sendAll();
  }

  /** Opens the chat and looks at it. */
  open(): void {
    this.#sendAll();
  }

  drop(): void {
    if (this.#connectionId !== undefined) this.#world.chat.end(this.#connectionId);
    this.#forgetConnection();
  }

  signal(frame: object): void {
    if (this.#hasHello && this.#connectionId !== undefined) this.#world.chat.send(this.#connectionId, frame);
  }

  #sendAll(): void {
    if (this.#isSending) return;
    this.#isSending = true;
    this.#world.act(async () => {
      do await this.#connected();
      while (!(await this.#sendNext()));
      this.#isSending = false;
    });
  }

  /** @returns whether nothing is left */
  async #sendNext(): Promise<boolean> {
    const [next] = this.#outbox;
    if (!next) return true;
    const connectionId = this.#connectionId;
    if (connectionId === undefined || !this.#hasHello) return false;
    this.#world.chat.send(connectionId, { type: "message", ...next });
    await this.#until(() => this.#outbox[0] !== next || this.#connectionId !== connectionId, ackTimeoutMs);
    if (this.#outbox[0] === next) this.drop();
    return this.#outbox.length === 0;
  }

  async #connected(): Promise<void> {
    const { random } = this.#world;
    while (!this.#hasHello) {
      if (this.#connectionId === undefined) await this.#connect();
      const opened = this.#connectionId;
      if (opened !== undefined)
        await this.#until(() => this.#hasHello || this.#connectionId !== opened, helloTimeoutMs);
      if (this.#hasHello) return;
      this.drop();
      await this.#world.pause(random.between(200, 4_000));
    }
  }

  async #connect(): Promise<void> {
    const { chat } = this.#world;
    const vouch = this.#vouchedAs && this.#vouchFor(this.#vouchedAs);
    const tokens = [this.#sessionToken, vouch].filter((token) => token !== undefined);
    const mine: { id?: string } = {};
    const undosBefore = this.#world.history.joins.undone.size;
    const connection = await chat.connect(["switchyard.v1", ...tokens], {
      onFrame: (data) => this.#take(JSON.parse(data) as ServerFrame),
      onClose: () => {
        if (mine.id !== undefined && mine.id === this.#connectionId) this.#forgetConnection();
      },
    });
    if (connection === 401) this.#signInAgain();
    if (typeof connection === "number") return;
    mine.id = connection;
    this.#connectionId = connection;
    // Not every client waits for hello.
    if (this.#world.random.chance(0.25)) chat.send(connection, { type: "typing" });
    if (this.#vouchedAs) this.#isVouched(this.#vouchedAs, undosBefore);
  }

  /** Overnight a session that was vouched for comes to its end: the shop's page says once more who is there. */
  #signInAgain(): void {
    this.#sessionToken = undefined;
    this.#vouchedAs = this.#person;
  }

  #isVouched(person: Person, undosBefore: number): void {
    const { counters, history } = this.#world;
    counters.count("work", "vouches");
    history.expectJoined(identitiesOf(person), undosBefore, `the vouch for ${person.subject}`);
    this.#vouchedAs = undefined;
  }

  /** A JWT of the shop's own server (RFC 7519). */
  #vouchFor(person: Person): string {
    const { timeline, ledger } = this.#world;
    const session = this.address;
    ledger.offeredJoins.push([
      ...identitiesOf(person),
      ...(session?.startsWith("ses_") ? [identityIdOf(webChannel, session)] : []),
    ]);
    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const exp = Math.floor(timeline.now() / 1000) + 300;
    const claims = { sub: person.subject, aud: chatInboxId, exp, email: person.mail, phone: person.phone };
    const signed = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(claims)}`;
    return `${signed}.${createHmac("sha256", secrets.web.vouchSecret).update(signed).digest("base64url")}`;
  }

  #forgetConnection(): void {
    this.#connectionId = undefined;
    this.#hasHello = false;
    this.#wake();
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case "hello":
        this.#takeHello(frame);
        break;
      case "message":
        this.#show(frame.messageId, { direction: "out", text: frame.text, at: frame.at });
        this.#confirm(frame.messageId);
        break;
      case "ack":
        this.#takeAcknowledgement(frame);
        break;
    }
    this.#wake();
  }

  /** That it is there, and in the end that it was seen. */
  #confirm(messageId: string): void {
    const { random, timeline } = this.#world;
    if (random.chance(0.5)) return;
    timeline.after(random.below(3_000), () => this.signal({ type: "received", messageId }));
    timeline.after(random.between(3_000, 30_000), () => this.signal({ type: "read", messageId }));
  }

  #takeHello({ sessionToken, history }: HelloFrame): void {
    this.#sessionToken = sessionToken;
    this.#hasHello = true;
    for (const { messageId, direction, text, at } of history) this.#show(messageId, { direction, text, at });
  }

  #takeAcknowledgement({ clientMessageId, messageId, at }: Extract<ServerFrame, { type: "ack" }>): void {
    const { address } = this;
    const written = this.written.find((each) => each.clientMessageId === clientMessageId);
    if (!written || address === undefined) return;
    const providerId = providerIdOf(address, clientMessageId);
    this.#world.accept({
      channel: webChannel,
      messageId: messageIdOf(webChannel, chatInboxId, providerId),
      providerId,
      from: address,
      answers: [],
    });
    written.messageId = messageId;
    this.#show(messageId, { direction: "in", text: written.text, at });
    if (this.#outbox[0]?.clientMessageId === clientMessageId) this.#outbox.shift();
  }

  #show(messageId: string, shown: ShownMessage): void {
    this.#shown.set(messageId, shown);
  }

  /** @returns when the condition holds, or after the time-out */
  #until(condition: () => boolean, timeoutMs: number): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      let isOver = false;
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        resolve();
      };
      this.#wake = () => {
        if (condition()) end();
      };
      this.#world.timeline.after(timeoutMs, end);
    });
  }
}

const identitiesOf = ({ subject, mail, phone }: Person): string[] => [
  identityIdOf(webChannel, `user:${subject}`),
  identityIdOf("email", mail),
  identityIdOf("sms", phone),
];
