import { AwsError, refuseUnknown } from "../error.ts";
import type { SqsEngine } from "./engine.ts";

type JsonObject = Record<string, unknown>;

const entryKeys = [
  "Id",
  "MessageBody",
  "DelaySeconds",
  "MessageAttributes",
  "MessageSystemAttributes",
  "MessageDeduplicationId",
  "MessageGroupId",
];

interface Operation {
  /** what the engine imitates of the request */
  keys: string[];
  /** of each of `Entries` */
  entryKeys?: string[];
  run(engine: SqsEngine, input: never, signal?: AbortSignal): Promise<unknown>;
}

const operations: Record<string, Operation> = {
  SendMessage: { keys: ["QueueUrl", ...entryKeys.slice(1)], run: (engine, input) => engine.sendMessage(input) },
  SendMessageBatch: {
    keys: ["QueueUrl", "Entries"],
    entryKeys,
    run: (engine, input) => engine.sendMessageBatch(input),
  },
  ReceiveMessage: {
    keys: [
      "QueueUrl",
      "AttributeNames",
      "MessageSystemAttributeNames",
      "MessageAttributeNames",
      "MaxNumberOfMessages",
      "VisibilityTimeout",
      "WaitTimeSeconds",
    ],
    run: (engine, input, signal) => engine.receiveMessage(input, { signal }),
  },
  DeleteMessage: { keys: ["QueueUrl", "ReceiptHandle"], run: (engine, input) => engine.deleteMessage(input) },
  DeleteMessageBatch: {
    keys: ["QueueUrl", "Entries"],
    entryKeys: ["Id", "ReceiptHandle"],
    run: (engine, input) => engine.deleteMessageBatch(input),
  },
  ChangeMessageVisibility: {
    keys: ["QueueUrl", "ReceiptHandle", "VisibilityTimeout"],
    run: (engine, input) => engine.changeMessageVisibility(input),
  },
  ChangeMessageVisibilityBatch: {
    keys: ["QueueUrl", "Entries"],
    entryKeys: ["Id", "ReceiptHandle", "VisibilityTimeout"],
    run: (engine, input) => engine.changeMessageVisibilityBatch(input),
  },
  GetQueueAttributes: {
    keys: ["QueueUrl", "AttributeNames"],
    run: (engine, input) => engine.getQueueAttributes(input),
  },
  PurgeQueue: { keys: ["QueueUrl"], run: (engine, input) => engine.purgeQueue(input) },
  StartMessageMoveTask: {
    keys: ["SourceArn", "DestinationArn"],
    run: (engine, input) => engine.startMessageMoveTask(input),
  },
};

/** One call of the AWS JSON 1.0 protocol, e.g. ("SendMessage", {…}). @returns the JSON to answer */
export async function callSqs(
  engine: SqsEngine,
  operation: string,
  input: JsonObject,
  signal?: AbortSignal,
): Promise<unknown> {
  const known = operations[operation];
  if (!known) throw new AwsError("InvalidAction", `The embedded cloud's SQS does not imitate ${operation}`);
  refuseUnknown(operation, input, known.keys);
  const entries = Array.isArray(input["Entries"]) ? (input["Entries"] as JsonObject[]) : [];
  if (known.entryKeys) for (const entry of entries) refuseUnknown(`an entry of ${operation}`, entry, known.entryKeys);
  for (const sent of [input, ...entries]) decodeBinary(sent["MessageAttributes"]);
  const output = await known.run(engine, input as never, signal);
  encodeBinary(output);
  return output ?? {};
}

/** In JSON, a binary value is base64. */
function decodeBinary(attributes: unknown): void {
  for (const attribute of Object.values((attributes ?? {}) as Record<string, JsonObject>))
    if (typeof attribute["BinaryValue"] === "string")
      attribute["BinaryValue"] = Buffer.from(attribute["BinaryValue"], "base64");
}

function encodeBinary(output: unknown): void {
  const { Messages = [] } = (output ?? {}) as { Messages?: { MessageAttributes?: Record<string, JsonObject> }[] };
  for (const { MessageAttributes = {} } of Messages)
    for (const attribute of Object.values(MessageAttributes))
      if (attribute["BinaryValue"] instanceof Uint8Array)
        attribute["BinaryValue"] = Buffer.from(attribute["BinaryValue"]).toString("base64");
}
