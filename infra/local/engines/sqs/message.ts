import type { Message, MessageAttributeValue, ReceiveMessageCommandInput } from "@aws-sdk/client-sqs";
import { md5, md5OfAttributes } from "./digest.ts";
import { writeReceipt } from "./receipt.ts";
import type { MessageRow } from "./schema.ts";

const firstSequence = 18_800_000_000_000_000_000n;
const sequenceStep = 256n;

/** 20 digits that rise, not by one: whoever counts on one is wrong on AWS too. */
export const sequenceNumber = (number: number): string => String(firstSequence + BigInt(number) * sequenceStep);

export function attributesToText(attributes: Record<string, MessageAttributeValue> | undefined): string | null {
  if (!attributes || Object.keys(attributes).length === 0) return null;
  const plain = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    BinaryValue ? { DataType, BinaryValue: Buffer.from(BinaryValue).toString("base64") } : { DataType, StringValue },
  ]);
  return JSON.stringify(Object.fromEntries(plain));
}

function attributesFromText(text: string | null): Record<string, MessageAttributeValue> {
  const plain: Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }> = JSON.parse(
    text ?? "{}",
  );
  return Object.fromEntries(
    Object.entries(plain).map(([name, { BinaryValue, ...rest }]) => [
      name,
      BinaryValue === undefined ? rest : { ...rest, BinaryValue: Buffer.from(BinaryValue, "base64") },
    ]),
  );
}

/** `All`, `.*`, a name, or a prefix that ends in `.*` */
const isWanted = (name: string, wanted: string[]): boolean =>
  wanted.some((pattern) =>
    pattern === "All" || pattern === ".*"
      ? true
      : pattern.endsWith(".*")
        ? name.startsWith(pattern.slice(0, -2))
        : name === pattern,
  );

const pick = <Value>(values: Record<string, Value | undefined>, wanted: string[]): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, Value] => entry[1] !== undefined && isWanted(entry[0], wanted),
    ),
  );

export interface Origin {
  queue: string;
  fifo: boolean;
  senderId: string;
  sourceArn: string | null;
}

/** A message as ReceiveMessage gives it, with the attributes that were asked for. */
export function toMessage(row: MessageRow, input: ReceiveMessageCommandInput, origin: Origin): Message {
  const system = pick<string>(
    {
      SenderId: origin.senderId,
      SentTimestamp: String(row.sentAt),
      ApproximateReceiveCount: String(row.receiveCount),
      ApproximateFirstReceiveTimestamp: String(row.firstReceivedAt),
      SequenceNumber: origin.fifo ? sequenceNumber(row.number) : undefined,
      MessageGroupId: row.groupId ?? undefined,
      MessageDeduplicationId: row.deduplicationId ?? undefined,
      AWSTraceHeader: row.traceHeader ?? undefined,
      DeadLetterQueueSourceArn: origin.sourceArn ?? undefined,
    },
    [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])],
  );
  const attributes = pick(attributesFromText(row.attributes), input.MessageAttributeNames ?? []);
  const md5OfMessageAttributes = md5OfAttributes(attributes);
  return {
    MessageId: row.messageId,
    ReceiptHandle: writeReceipt(origin.queue, { number: row.number, receiveCount: row.receiveCount }),
    MD5OfBody: md5(row.body),
    Body: row.body,
    ...(Object.keys(system).length > 0 ? { Attributes: system } : {}),
    ...(md5OfMessageAttributes
      ? { MD5OfMessageAttributes: md5OfMessageAttributes, MessageAttributes: attributes }
      : {}),
  };
}
