import type { Configuration } from "../../core/configuration.ts";
import type { Ignored } from "../../core/message.ts";
import { ignored, type ChannelWebhook, type Parsed } from "../channel.ts";
import { unknownFields } from "../unknown-fields.ts";
import { readEnvelope, readEvent, type Entry } from "../meta/envelope.ts";
import {
  changeSchema,
  deliverySchema,
  editSchema,
  eventSchema,
  messageSchema,
  postbackSchema,
  reactionSchema,
  readSchema,
  referralSchema,
  type Platform,
  type Scene,
} from "./event.ts";
import { documentedFields } from "./fields.ts";
import { readDelivery, readEcho, readSeen } from "./reports.ts";
import { readDeletion, readEdit, readMessage, readPostback, readReaction, readReferral } from "./message.ts";

/** Kinds of events that say nothing to an agent, and why. */
const ofNoConcern = new Map([
  ["optin", "an opt-in to marketing messages, which are not sent from here"],
  ["account_linking", "an account was linked or unlinked at the provider"],
  ["pass_thread_control", "another app passed the conversation on"],
  ["take_thread_control", "another app took the conversation over"],
  ["request_thread_control", "another app asks for the conversation"],
  ["app_roles", "our app's role in conversations has changed"],
  ["policy_enforcement", "the provider enforces a policy on the page"],
  ["policy-enforcement", "the provider enforces a policy on the page"],
  ["typing", "somebody types"],
]);

/** What every event has, whatever its kind. */
const ofAllKinds = new Set(["sender", "recipient", "timestamp"]);

/**
 * What customers and the provider say in a webhook of Messenger or Instagram.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events
 * @see https://developers.facebook.com/documentation/business-messaging/instagram-messaging/webhooks
 */
export const parserOf =
  (platform: Platform): ChannelWebhook["parse"] =>
  (request, config) =>
    readEnvelope(request, platform.object)?.flatMap((entry) =>
      "kind" in entry ? [entry] : readEntry(entry, platform, config),
    );

function readEntry(entry: Entry, platform: Platform, config: Configuration): Parsed[] {
  const events = [
    ...entry.messaging.flatMap((event) => readOne(event, platform, config)),
    ...entry.standby.map(() => ignored("another app has this conversation in hand")),
    ...entry.changes.flatMap((change) => readChange(change, platform, config)),
  ];
  return events.length > 0 ? events : [ignored("an entry without events")];
}

/** The reference shows some events as changes of a field too; comments, posts and the like are changes of another form. */
function readChange(change: unknown, platform: Platform, config: Configuration): Parsed[] {
  return readEvent(changeSchema, change, "a change", ({ field, value }) => {
    const isEvent = typeof value === "object" && value !== null && "sender" in value && "recipient" in value;
    return isEvent ? readOne(value, platform, config) : [ignored(`a change of ${nameable(field)}`)];
  });
}

function readOne(given: unknown, platform: Platform, config: Configuration): Parsed[] {
  return readEvent(eventSchema, given, "an event", (event) => {
    const kind = kindOf(event);
    const reason = ofNoConcern.get(kind);
    if (reason !== undefined) return [ignored(reason)];
    const read = Object.hasOwn(readers, kind) ? readers[kind]! : undefined;
    if (!read) return [ignored(`an event of kind ${nameable(kind)}`)];
    const scene = sceneOf(event, kind, platform, config);
    if ("reason" in scene) return [scene];
    return read(event[kind], scene).map((parsed) =>
      parsed.kind === "message" ? { ...parsed, ...unknownOf(event, kind) } : parsed,
    );
  });
}

type GivenEvent = { sender?: { id?: string | undefined } | undefined; recipient?: GivenEvent["sender"] } & {
  timestamp?: string | undefined;
  [kind: string]: unknown;
};

/** What else is beside the kind is a field that is not documented yet. */
const kindOf = (event: GivenEvent): string => {
  const kinds = Object.keys(event).filter((name) => !ofAllKinds.has(name));
  return (
    kinds.find((name) => Object.hasOwn(readers, name)) ?? kinds.find((name) => ofNoConcern.has(name)) ?? kinds[0] ?? ""
  );
};

/** A name that another may have chosen goes into a log. */
const nameable = (name = ""): string => (/^[\w.-]{1,60}$/.test(name) ? name : "without a readable name");

function sceneOf(event: GivenEvent, kind: string, { channel }: Platform, config: Configuration): Scene | Ignored {
  const { is_echo: isEcho } = Object(event[kind]) as { is_echo?: unknown };
  const [customer, account] = isEcho === true ? [event.recipient, event.sender] : [event.sender, event.recipient];
  if (account?.id === undefined) return ignored(`a ${kind} that names no account of ours`);
  if (customer?.id === undefined) return ignored(`a ${kind} of somebody whom no message can reach yet`);
  if (customer.id === account.id) return ignored("the account wrote to itself");
  const inbox = config.inboxes.find((each) => each.channel === channel && each.address === account.id);
  // An account that router.yaml does not name yet is an inbox of its own: the message is kept, and only a reply has no way back.
  return {
    channel,
    accountId: account.id,
    inboxId: inbox?.id ?? account.id,
    customer: customer.id,
    at: event.timestamp,
  };
}

/** Beside the event's kind, and within what it says. */
function unknownOf(event: GivenEvent, kind: string): ReturnType<typeof unknownFields> {
  const { unknownFields: beside } = unknownFields(event, eventFields);
  const { unknownFields: within } = unknownFields(Object(event[kind]), documentedFields[kind] ?? new Set());
  return beside || within ? { unknownFields: { ...beside, ...within } } : {};
}

type Reader = (given: unknown, scene: Scene) => Parsed[];

const readers: Record<string, Reader> = {
  message: (given, scene) =>
    readEvent(messageSchema, given, "a message", (message) => {
      if (message.is_echo) return [readEcho(message, scene)];
      return [message.is_deleted ? readDeletion(message, scene) : readMessage(message, scene)];
    }),
  message_edit: (given, scene) =>
    readEvent(editSchema, given, "an edit", (edit) =>
      // Instagram tells of new messages in this form too.
      edit.num_edit === 0 ? [ignored("an edit that changed nothing")] : [readEdit(edit, scene)],
    ),
  reaction: (given, scene) =>
    readEvent(reactionSchema, given, "a reaction", (reaction) =>
      reaction.action === "react" ? [readReaction(reaction, scene)] : [ignored("a reaction was taken back")],
    ),
  postback: (given, scene) =>
    readEvent(postbackSchema, given, "a postback", (postback) => [readPostback(postback, scene)]),
  referral: (given, scene) =>
    readEvent(referralSchema, given, "a referral", (referral) => [readReferral(referral, scene)]),
  read: (given, scene) => readEvent(readSchema, given, "a read receipt", (receipt) => readSeen(receipt, scene)),
  delivery: (given, scene) =>
    readEvent(deliverySchema, given, "a delivery receipt", (receipt) => readDelivery(receipt, scene)),
};

const eventFields: ReadonlySet<string> = new Set([...ofAllKinds, ...Object.keys(readers), ...ofNoConcern.keys()]);
