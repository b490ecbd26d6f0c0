import { digest } from "../../core/ids.ts";
import { sendRank, type InboundStored, type OutboundStored, type StoredMessage } from "../../core/message.ts";
import type { MessageStore } from "../../ports/stores.ts";
import { messagePlace, messagesOf } from "../lists.ts";
import { assignments, replacements } from "./expressions.ts";
import { attributesOf, readable, schemaVersion } from "./item.ts";
import { idOf, messageKey, messageSentKey, messageSentPrefix, sentKey, type Key } from "./keys.ts";
import { pageOf } from "./pages.ts";
import type { Item, Table } from "./table.ts";

type StatusChange = Parameters<MessageStore["raiseStatus"]>[1];

export function dynamoMessages(table: Table): MessageStore {
  return {
    async get(id) {
      const item = await table.get(messageKey(id));
      return item && readMessage(item);
    },

    async addProviderId(channel, providerId, messageId) {
      const sentId = sentIdOf(channel, providerId);
      // The message's own note comes first, so that whatever leads to a message goes when it goes.
      await table.put({ ...messageSentKey(messageId, sentId), schemaVersion });
      await table.put({ ...sentKey(sentId), schemaVersion, messageId });
    },

    async byProviderId(channel, providerId) {
      const sent = await table.get(sentKey(sentIdOf(channel, providerId)));
      const item = sent && (await table.get(messageKey(readable(sent).messageId)));
      return item && readMessage(item);
    },

    async remove(id) {
      const { pk } = messageKey(id);
      const sent = await table.query("#pk = :pk AND begins_with(#sk, :sent)", {
        ":pk": pk,
        ":sent": messageSentPrefix,
      });
      // What is found through the message goes before it, so that a second try finds what a first one left.
      for (const { sk } of sent) await table.remove(sentKey(idOf(sk)));
      await table.removePartition(pk);
    },

    async create<Message extends StoredMessage>(message: Message) {
      const { written, item } = await table.putNew(writeMessage(message));
      return { created: written, message: readMessage(item!) as Message };
    },

    replacePlan: (id, planVersion, conversationId, decision) =>
      replacePlan(table, id, planVersion, storedDecision(decision, conversationId), conversationId),

    async setMedia(id, index, file) {
      const place = `#media[${index}]`;
      const sameKey = file.key === undefined ? "" : ` OR ${place}.#key = :key`;
      const { item } = await table.update(messageKey(id), `SET ${place} = :file`, {
        condition: `attribute_exists(${place}) AND (attribute_not_exists(${place}.#key)${sameKey})`,
        values: { ":file": file, ":key": file.key },
      });
      return item && readMessage(item);
    },

    list: (conversationId, page) =>
      pageOf(table, messageKey, readMessage, { ...page, list: messagesOf(conversationId) }),

    claimSend: (id, attemptId, at, afterReassignment) =>
      claimSend(table, id, { attemptId, attemptedAt: at, statusAt: at, afterReassignment }),

    requeueSend: (id, attemptId, kept = {}) => requeueSend(table, id, attemptId, kept),

    raiseStatus: (id, change) => raiseStatus(table, id, change),
  };
}

/** Answers name such ids, and so anybody may: a digest is a good key whatever they write. */
const sentIdOf = (channel: string, providerId: string): string => digest(JSON.stringify([channel, providerId]));

async function replacePlan(
  table: Table,
  id: string,
  planVersion: number,
  decision: ReturnType<typeof storedDecision>,
  conversationId: string,
): Promise<InboundStored> {
  const change = "SET #listKey = :list, #decision = :decision, #planVersion = #planVersion + :one";
  const { item } = await table.update(messageKey(id), change, {
    condition: "#planVersion = :planVersion",
    values: { ":list": messagesOf(conversationId), ":decision": decision, ":planVersion": planVersion, ":one": 1 },
  });
  const message = item && readMessage(item);
  if (message?.direction !== "in") throw new Error(`There is no inbound message ${id}.`);
  return message;
}

async function claimSend(
  table: Table,
  id: string,
  attempt: Pick<OutboundStored, "attemptId" | "attemptedAt" | "statusAt" | "afterReassignment">,
): Promise<OutboundStored | undefined> {
  const { update, values } = assignments({ ...ranked("sending"), ...attempt });
  const { item } = await table.update(messageKey(id), update, {
    condition: "#status = :queued",
    values: { ...values, ":queued": "queued" },
  });
  return outbound(item);
}

async function requeueSend(
  table: Table,
  id: string,
  attemptId: string | undefined,
  { doubtfulSince, notTakenSince, notBefore }: NonNullable<Parameters<MessageStore["requeueSend"]>[2]>,
): Promise<boolean> {
  const kept = { doubtfulSince, notTakenSince, notBefore, error: undefined };
  const { update, values } = replacements({ ...ranked("queued"), ...kept });
  const { item } = await table.update(messageKey(id), update, {
    condition: `${heldBy(attemptId)} AND #status IN (:sending, :unknown, :parked)`,
    values: {
      ...values,
      ":attemptId": attemptId,
      ":sending": "sending",
      ":unknown": "unknown",
      ":parked": "parked",
    },
  });
  const message = outbound(item);
  return message !== undefined && message.attemptId === attemptId && message.status === "queued";
}

async function raiseStatus(table: Table, id: string, change: StatusChange): Promise<OutboundStored | undefined> {
  const { status, at, providerId, error, attemptId } = change;
  const { update, values } = assignments({ ...ranked(status), statusAt: at, error });
  const keepProviderId = providerId === undefined ? "" : ", #providerId = if_not_exists(#providerId, :providerId)";
  const held = attemptId === undefined ? "" : ` AND ${heldBy(attemptId)}`;
  const { written, item } = await table.update(
    messageKey(id),
    `${update}${keepProviderId}${error ? "" : " REMOVE #error"}`,
    {
      condition: `#statusRank < :statusRank${held}`,
      values: { ...values, ":providerId": providerId, ":attemptId": attemptId },
    },
  );
  const message = outbound(item);
  if (written || !message || providerId === undefined || message.providerId !== undefined) return message;
  if (attemptId !== undefined && message.attemptId !== attemptId) return message;
  return recordProviderId(table, id, providerId);
}

/** A status that came late may still be the first to name the provider's id. */
async function recordProviderId(table: Table, id: string, providerId: string): Promise<OutboundStored | undefined> {
  const { item } = await table.update(messageKey(id), "SET #providerId = :providerId", {
    condition: "attribute_exists(#pk) AND attribute_not_exists(#providerId)",
    values: { ":providerId": providerId },
  });
  return outbound(item);
}

const heldBy = (attemptId: string | undefined): string =>
  attemptId === undefined ? "attribute_not_exists(#attemptId)" : "#attemptId = :attemptId";

const ranked = (status: OutboundStored["status"]) => ({ status, statusRank: sendRank(status) });

/** Only replies have a status, so a write that asks for one leaves all other messages alone. */
function outbound(item: Item | undefined): OutboundStored | undefined {
  const message = item && readMessage(item);
  return message?.direction === "out" ? message : undefined;
}

/** The plan's conversation is the message's own. */
function storedDecision({ conversationId, ...decision }: InboundStored["decision"], own: string) {
  return conversationId === own ? decision : { ...decision, conversationId };
}

/** What the provider says beyond what we know is JSON there: not every number, name and depth is one that the table takes. */
function writeMessage(message: StoredMessage): Item & Key {
  const { id, conversationId, order: _, ...rest } = message;
  const place = messagePlace(message);
  return {
    ...messageKey(id),
    listKey: place.list,
    listOrder: place.order,
    ...rest,
    ...(message.direction === "in" && {
      decision: storedDecision(message.decision, conversationId),
      unknownFields: message.unknownFields && JSON.stringify(message.unknownFields),
    }),
    ...(message.direction === "out" && ranked(message.status)),
  };
}

function readMessage(item: Item): StoredMessage {
  const { statusRank: _, ...attributes } = attributesOf(readable(item));
  const conversationId = idOf(item.listKey);
  const decision = attributes.decision && { conversationId, ...attributes.decision };
  return {
    ...(attributes as StoredMessage),
    ...(decision && { decision }),
    ...(attributes.unknownFields && { unknownFields: JSON.parse(attributes.unknownFields) }),
    id: idOf(item.pk),
    conversationId,
    order: item.listOrder,
  };
}
