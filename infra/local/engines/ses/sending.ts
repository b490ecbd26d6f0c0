import type { VirtualClock } from "../../clock.ts";
import { AwsError } from "../error.ts";
import type { SnsEngine } from "../sns.ts";
import type { ConfigurationSetDefinition } from "../../template/blueprint.ts";
import { type AcceptedMail, domainOf, type EventAccount, eventOf, type EventType, fateOf, sesId } from "./events.ts";
import { addressesIn, fieldsOf, mailDate, readMessage, type RawMessage, withFields } from "./message.ts";
import type { SesStorage, Step } from "./storage.ts";

/** What SendRawEmail takes (SES API reference v1). */
export interface RawEmailRequest {
  source: string | undefined;
  destinations: string[];
  raw: Buffer;
  configurationSet: string | undefined;
  tags: Record<string, string>;
  caller: string;
}

export interface SesSendingOptions extends EventAccount {
  storage: SesStorage;
  sns: SnsEngine;
  clock: VirtualClock;
}

/** Of a message through the v1 API, after base64 (SES quotas, "Message quotas"). */
const maxEncodedBytes = 10 * 1024 * 1024;
/** SES quotas, "Sender and recipient quotas". */
const maxRecipients = 50;

/** How long after it was accepted a message's events come. */
const sendAfterMs = 20;
const deliveryAfterMs = 120;
const complaintAfterMs = 400;

/** Fields that a message may have once (SES developer guide, "Amazon SES header fields"), of those that we write. */
const fieldsOnce = [
  "Auto-Submitted",
  "Content-Transfer-Encoding",
  "Content-Type",
  "Date",
  "From",
  "In-Reply-To",
  "List-Id",
  "List-Unsubscribe",
  "Message-ID",
  "MIME-Version",
  "Precedence",
  "References",
  "Reply-To",
  "Return-Path",
  "Sender",
  "Subject",
];

/** SES as a sender: SendRawEmail, what customers get, and the configuration set's events on the virtual clock. */
export class SesSending {
  readonly #options: SesSendingOptions;
  readonly #configurationSets = new Map<string, ConfigurationSetDefinition>();
  readonly #verifiedDomains = new Set<string>();
  /** Events go out one after the other, in the order in which they fall due. */
  #tail: Promise<void> = Promise.resolve();

  constructor(options: SesSendingOptions) {
    this.#options = options;
  }

  createConfigurationSet(definition: ConfigurationSetDefinition): void {
    this.#configurationSets.set(definition.name, definition);
  }

  /** As after an operator has verified them. */
  verifyDomains(domains: string[]): void {
    for (const domain of domains) this.#verifiedDomains.add(domain.toLowerCase());
  }

  /** Goes on with the events that an earlier process owed. Call it when what they reach is there. */
  resume(): void {
    for (const step of this.#options.storage.steps()) this.#schedule(step);
  }

  /** @returns the message id, and how many recipients are billed @throws AwsError MessageRejected | InvalidParameterValue | ConfigurationSetDoesNotExist */
  async sendRawEmail(request: RawEmailRequest): Promise<{ messageId: string; recipients: number }> {
    const { storage, clock } = this.#options;
    const message = readMessage(request.raw);
    const recipients = recipientsOf(request, message);
    this.#check(request, message, recipients);
    const acceptedAt = Math.floor(clock.now());
    const mail: AcceptedMail = {
      messageId: sesId(acceptedAt),
      source: sourceOf(request, message),
      recipients,
      submitted: request.raw,
      configurationSet: request.configurationSet,
      tags: request.tags,
      caller: request.caller,
      acceptedAt,
    };
    for (const step of await storage.accept(mail, stepsOf(mail))) this.#schedule(step);
    return { messageId: mail.messageId, recipients: recipients.length };
  }

  #check(request: RawEmailRequest, message: RawMessage, recipients: string[]): void {
    const encoded = Math.ceil(request.raw.length / 3) * 4;
    if (encoded > maxEncodedBytes)
      throw invalid(`Message length is more than ${maxEncodedBytes} bytes long: '${encoded}'.`);
    if (recipients.length === 0) throw invalid("Missing required header 'To'.");
    if (recipients.length > maxRecipients) throw invalid(`Recipient count exceeds ${maxRecipients}.`);
    if (recipients.some((recipient) => !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(recipient)))
      throw invalid("Local address contains control or whitespace, or the domain is incomplete");
    for (const name of fieldsOnce) if (fieldsOf(message, name).length > 1) throw invalid(`Duplicate header '${name}'.`);
    const special = message.fields.find(({ name }) => /^x-ses-/i.test(name));
    if (special)
      throw new AwsError(
        "UnsupportedOperation",
        `The embedded cloud's SES does not imitate the header ${special.name}`,
      );
    const senders = [sourceOf(request, message), ...addressesIn(message, "From")];
    const strangers = senders.filter((address) => !this.#verifiedDomains.has(domainOf(address)));
    if (strangers.length > 0) {
      const region = this.#options.region.toUpperCase();
      const identities = [...new Set(strangers)].join(", ");
      throw new AwsError(
        "MessageRejected",
        `Email address is not verified. The following identities failed the check in region ${region}: ${identities}`,
      );
    }
    const { configurationSet } = request;
    if (configurationSet !== undefined && !this.#configurationSets.has(configurationSet))
      throw new AwsError("ConfigurationSetDoesNotExist", `Configuration set <${configurationSet}> does not exist.`);
  }

  #schedule(step: Step): void {
    this.#options.clock.at(step.dueAt, () => {
      const turn = this.#tail.then(() => this.#take(step));
      // Who waits for the turn hears of its failure; those behind it have their own.
      this.#tail = turn.catch(() => {});
      return turn;
    });
  }

  /** A process that dies on the way takes the step again: the event then comes twice, as it may from SES. */
  async #take(step: Step): Promise<void> {
    const { storage, sns, clock, region, accountId } = this.#options;
    const mail = storage.mail(step.messageId);
    const at = Math.floor(clock.now());
    if (step.event === "Delivery") {
      const content = asDelivered(mail, region);
      await storage.deliver({ messageId: mail.messageId, recipient: step.recipient!, content, at });
    }
    const event = eventOf(step.event, mail, step.recipient, at, { region, accountId });
    for (const topicArn of this.#topicsFor(mail.configurationSet, step.event))
      await sns.publish(topicArn, JSON.stringify(event), { subject: "Amazon SES Email Event Notification" });
    await storage.removeStep(step.id);
  }

  #topicsFor(configurationSet: string | undefined, event: EventType): string[] {
    const { destinations = [] } = this.#configurationSets.get(configurationSet ?? "") ?? {};
    return destinations
      .filter(({ enabled, eventTypes }) => enabled && eventTypes.includes(event.toLowerCase()))
      .map(({ topicArn }) => topicArn);
  }
}

const invalid = (message: string): AwsError => new AwsError("InvalidParameterValue", message);

/** The envelope's, or where it names none, those of the header section (SES API reference, SendRawEmail). */
function recipientsOf({ destinations }: RawEmailRequest, message: RawMessage): string[] {
  const named =
    destinations.length > 0
      ? destinations.map((address) => address.toLowerCase())
      : ["To", "Cc", "Bcc"].flatMap((name) => addressesIn(message, name));
  return [...new Set(named)];
}

const sourceOf = ({ source }: RawEmailRequest, message: RawMessage): string =>
  source ?? addressesIn(message, "From")[0] ?? "";

function stepsOf({ messageId, recipients, acceptedAt }: AcceptedMail): Omit<Step, "id">[] {
  const step = (event: EventType, afterMs: number, recipient?: string) => ({
    messageId,
    event,
    recipient,
    dueAt: acceptedAt + afterMs,
  });
  return [
    step("Send", sendAfterMs),
    ...recipients.flatMap((recipient) => {
      const fate = fateOf(recipient);
      if (fate === "bounced" || fate === "suppressed") return [step("Bounce", deliveryAfterMs, recipient)];
      const delivery = step("Delivery", deliveryAfterMs, recipient);
      return fate === "complained" ? [delivery, step("Complaint", complaintAfterMs, recipient)] : [delivery];
    }),
  ];
}

/** SES puts its own Message-ID and Date in the place of the sender's (SES developer guide, "Amazon SES header fields"). */
function asDelivered({ submitted, messageId, acceptedAt }: AcceptedMail, region: string): Buffer {
  const host = region === "us-east-1" ? "email.amazonses.com" : `${region}.amazonses.com`;
  return withFields(submitted, {
    without: ["Message-ID", "Date", "Return-Path", "Bcc"],
    before: [
      { name: "Return-Path", value: `<${messageId}@amazonses.com>` },
      { name: "Date", value: mailDate(acceptedAt) },
      { name: "Message-ID", value: `<${messageId}@${host}>` },
    ],
  });
}
