import { createHash } from "node:crypto";
import type { SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import { AwsError } from "../error.ts";
import { type QueueSettings, sqsLimits } from "./settings.ts";

/** What one message asks for, checked: a SendMessage or one entry of a batch. */
export type SendEntry = Omit<SendMessageBatchRequestEntry, "Id">;

export interface AcceptedEntry {
  body: string;
  entry: SendEntry;
  delaySeconds: number;
  groupId?: string;
  deduplicationId?: string;
}

/** #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF (API reference, SendMessage) */
// eslint-disable-next-line no-control-regex -- the characters that SQS refuses are control characters
const forbidden = /[^\u{9}\u{A}\u{D}\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const idCharacters = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]+$/;
const attributeName = /^(?!aws\.|amazon\.)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/i;

/** @throws AwsError as SQS answers it */
export function acceptEntry(entry: SendEntry, settings: QueueSettings): AcceptedEntry {
  const body = entry.MessageBody;
  if (body === undefined) throw missing("MessageBody");
  if (body === "") throw invalidParameter("MessageBody", "", "The message body is empty.");
  if (forbidden.test(body)) throw invalidContents();
  checkAttributes(entry);
  const bytes = messageBytes(entry);
  if (bytes > settings.maximumMessageBytes)
    throw new AwsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${settings.maximumMessageBytes} bytes.`,
    );
  const groupId = acceptGroupId(entry, settings);
  const deduplicationId = acceptDeduplicationId(entry, body, settings);
  return {
    body,
    entry,
    delaySeconds: acceptDelay(entry, settings),
    ...(groupId === undefined ? {} : { groupId }),
    ...(deduplicationId === undefined ? {} : { deduplicationId }),
  };
}

/** What SQS counts of a message: its body, and each attribute's name, type and value. */
export function messageBytes(entry: SendEntry): number {
  let bytes = Buffer.byteLength(entry.MessageBody ?? "");
  for (const [name, { DataType = "", StringValue = "", BinaryValue }] of Object.entries(entry.MessageAttributes ?? {}))
    bytes +=
      Buffer.byteLength(name) + Buffer.byteLength(DataType) + (BinaryValue?.length ?? Buffer.byteLength(StringValue));
  return bytes;
}

function checkAttributes(entry: SendEntry): void {
  const attributes = Object.entries(entry.MessageAttributes ?? {});
  if (attributes.length > sqsLimits.maxMessageAttributes)
    throw new AwsError(
      "InvalidParameterValue",
      `Number of message attributes [${attributes.length}] exceeds the allowed maximum [${sqsLimits.maxMessageAttributes}].`,
    );
  for (const [name, { DataType = "", StringValue, BinaryValue }] of attributes) {
    if (!attributeName.test(name) || name.length > sqsLimits.maxAttributeNameCharacters)
      throw new AwsError("InvalidParameterValue", `Message (user) attribute name '${name}' is invalid.`);
    if (!/^(String|Number|Binary)(\..+)?$/.test(DataType) || DataType.length > sqsLimits.maxAttributeNameCharacters)
      throw new AwsError(
        "InvalidParameterValue",
        `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
      );
    const value = DataType.startsWith("Binary") ? BinaryValue : StringValue;
    if (value === undefined || value.length === 0)
      throw new AwsError(
        "InvalidParameterValue",
        `The message (user) attribute '${name}' must contain a non-empty value of type '${DataType}'.`,
      );
    if (typeof value === "string" && forbidden.test(value)) throw invalidContents();
  }
}

function acceptDelay(entry: SendEntry, settings: QueueSettings): number {
  const delay = entry.DelaySeconds;
  if (delay === undefined) return settings.delaySeconds;
  if (settings.fifo && delay !== 0) throw notForThisType("DelaySeconds", delay);
  if (!Number.isInteger(delay) || delay < 0 || delay > sqsLimits.maxDelaySeconds)
    throw invalidParameter("DelaySeconds", delay, `DelaySeconds must be >= 0 and <= ${sqsLimits.maxDelaySeconds}.`);
  return settings.fifo ? settings.delaySeconds : delay;
}

/** On a standard queue a group only serves fairness between tenants. */
function acceptGroupId(entry: SendEntry, settings: QueueSettings): string | undefined {
  const id = entry.MessageGroupId;
  if (id === undefined && settings.fifo) throw missing("MessageGroupId");
  if (id !== undefined) checkId("MessageGroupId", id, sqsLimits.maxGroupIdCharacters);
  return id;
}

function acceptDeduplicationId(entry: SendEntry, body: string, settings: QueueSettings): string | undefined {
  const id = entry.MessageDeduplicationId;
  if (!settings.fifo) {
    if (id !== undefined) throw notForThisType("MessageDeduplicationId", id);
    return undefined;
  }
  if (id !== undefined) {
    checkId("MessageDeduplicationId", id, sqsLimits.maxDeduplicationIdCharacters);
    return id;
  }
  if (!settings.contentBasedDeduplication)
    throw new AwsError(
      "InvalidParameterValue",
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  return createHash("sha256").update(body).digest("hex");
}

function checkId(name: string, id: string, maxCharacters: number): void {
  if (!idCharacters.test(id) || id.length > maxCharacters)
    throw invalidParameter(
      name,
      id,
      `${name} can only include alphanumeric and punctuation characters. 1 to ${maxCharacters} in length.`,
    );
}

const invalidContents = (): AwsError =>
  new AwsError(
    "InvalidMessageContents",
    "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
  );

export const missing = (name: string): AwsError =>
  new AwsError("MissingParameter", `The request must contain the parameter ${name}.`);

export const invalidParameter = (name: string, value: unknown, reason: string): AwsError =>
  new AwsError("InvalidParameterValue", `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);

const notForThisType = (name: string, value: unknown): AwsError =>
  invalidParameter(name, value, "The request include parameter that is not valid for this queue type.");

/** An integer of a request within its range, or `otherwise` where the request has none. */
export function integerParameter(
  name: string,
  value: number | undefined,
  range: { from: number; to: number; otherwise: number },
): number {
  if (value === undefined) return range.otherwise;
  if (!Number.isInteger(value) || value < range.from || value > range.to)
    throw invalidParameter(name, value, `Must be between ${range.from} and ${range.to}, if provided.`);
  return value;
}

/** The entries of a batch. @throws AwsError when the batch as a whole is wrong */
export function acceptBatch<Entry extends { Id?: string | undefined }>(entries: Entry[] | undefined): Entry[] {
  if (!entries || entries.length === 0)
    throw batchError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (entries.length > sqsLimits.maxBatchEntries)
    throw batchError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${sqsLimits.maxBatchEntries}. You have sent ${entries.length}.`,
    );
  for (const { Id } of entries)
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id ?? ""))
      throw batchError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
  const ids = entries.map(({ Id }) => Id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw batchError("BatchEntryIdsNotDistinct", `Id ${repeated} repeated.`);
  return entries;
}

export const batchError = (code: string, message: string): AwsError =>
  new AwsError(code, message, { queryCode: `AWS.SimpleQueueService.${code}` });
