import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type QueryCommandInput,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { limits } from "../../core/limits.ts";
import { asMaps, expressionInput, type Expression } from "./expressions.ts";
import type { Key } from "./keys.ts";

/** An item as plain values, its keys among them. */
// oxlint-disable-next-line typescript/no-explicit-any -- what a codec gives back is checked by the reader of its entity
export type Item = Record<string, any>;

/** A refused write comes with the item that stood in its way; undefined where there was none. */
export type Written = { written: true; item: Item } | { written: false; item: Item | undefined };

type Attributes = Record<string, AttributeValue>;

/** The calls that the stores make, in plain values. Every read is a strong one but a query of the index. */
export class Table {
  readonly #client: DynamoDBClient;
  readonly #name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  async get(key: Key): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#name, Key: marshall(key), ConsistentRead: true });
    return plain((await this.#client.send(command)).Item);
  }

  /** @param keys of different partitions @returns those that are there, by partition key */
  async getAll(keys: Key[]): Promise<Map<string, Item>> {
    const found = new Map<string, Item>();
    const different = Array.from(new Map(keys.map((key) => [key.pk, key])).values());
    for (let start = 0; start < different.length; start += maxBatchGetItems) {
      for (const item of await this.#getBatch(different.slice(start, start + maxBatchGetItems)))
        found.set(item.pk, item);
    }
    return found;
  }

  async #getBatch(keys: Key[]): Promise<Item[]> {
    const found: Item[] = [];
    let left: Attributes[] = keys.map((key) => marshall(key));
    for (let round = 0; left.length > 0; round += 1) {
      if (round === maxBatchRounds)
        throw new Error(`The table gave only a part of ${keys.length} items: it is throttled.`);
      const request = { [this.#name]: { Keys: left, ConsistentRead: true } };
      const answer = await this.#client.send(new BatchGetItemCommand({ RequestItems: request }));
      found.push(...(answer.Responses?.[this.#name] ?? []).map((item) => unmarshall(item)));
      left = answer.UnprocessedKeys?.[this.#name]?.Keys ?? [];
    }
    return found;
  }

  async put(item: Item & Key, expression: Expression = {}): Promise<Written> {
    const command = new PutItemCommand({
      TableName: this.#name,
      Item: marshall(item, asMaps),
      ...expressionInput(expression),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    return writtenUnlessRefused(async () => {
      await this.#client.send(command);
      return item;
    });
  }

  /** Puts it unless an item with its key is there. */
  putNew(item: Item & Key): Promise<Written> {
    return this.put(item, { condition: "attribute_not_exists(#pk)" });
  }

  /** @param update e.g. `SET #status = :status REMOVE #error` */
  async update(key: Key, update: string, expression: Expression): Promise<Written> {
    const command = new UpdateItemCommand({
      TableName: this.#name,
      Key: marshall(key),
      UpdateExpression: update,
      ...expressionInput(expression, update),
      ReturnValues: "ALL_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    return writtenUnlessRefused(async () => plain((await this.#client.send(command)).Attributes)!);
  }

  /**
   * All of these writes or none. The SDK gives each call a token by which the table knows a repetition of it.
   *
   * @param token of the caller's own, at most 36 characters: what was done is not done again for ten minutes (API reference,
   *   TransactWriteItems, ClientRequestToken)
   * @returns whether they were done; false when a condition did not hold, or another write was under way
   */
  async transact(writes: TransactedWrite[], token?: string): Promise<boolean> {
    const command = new TransactWriteItemsCommand({
      TransactItems: writes.map((write) => this.#transacted(write)),
      ClientRequestToken: token,
    });
    try {
      await this.#client.send(command);
      return true;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? "None");
      if (reasons.every((reason) => expectedReasons.has(reason))) return false;
      throw error;
    }
  }

  #transacted(write: TransactedWrite): TransactWriteItem {
    const TableName = this.#name;
    if ("put" in write) {
      const Item = marshall(write.put, asMaps);
      return { Put: { TableName, Item, ...expressionInput(write) } };
    }
    const { key, update } = write;
    return {
      Update: { TableName, Key: marshall(key), UpdateExpression: update, ...expressionInput(write, update) },
    };
  }

  /** Removes everything that lies in a partition. @returns what was there */
  async removePartition(partitionKey: string): Promise<Item[]> {
    const items = await this.query("#pk = :pk", { ":pk": partitionKey });
    for (let start = 0; start < items.length; start += limits.maxParallelWrites) {
      const some = items.slice(start, start + limits.maxParallelWrites);
      await Promise.all(some.map(({ pk, sk }) => this.remove({ pk, sk })));
    }
    return items;
  }

  /** @returns what was there */
  async remove(key: Key): Promise<Item | undefined> {
    const command = new DeleteItemCommand({ TableName: this.#name, Key: marshall(key), ReturnValues: "ALL_OLD" });
    return outsideTransactions(async () => plain((await this.#client.send(command)).Attributes));
  }

  /** Up to `limit` items of a query, or all of them, over as many pages as it takes. */
  async query(condition: string, values: Record<string, unknown>, options: QueryOptions = {}): Promise<Item[]> {
    const items: Item[] = [];
    let start = options.after && marshall(options.after);
    do {
      const input: QueryCommandInput = {
        TableName: this.#name,
        IndexName: options.index,
        KeyConditionExpression: condition,
        ...expressionInput({ values }, condition),
        ConsistentRead: options.index === undefined,
        ScanIndexForward: !options.backwards,
        Limit: options.limit === undefined ? undefined : options.limit - items.length,
        ExclusiveStartKey: start,
      };
      const answer = await this.#client.send(new QueryCommand(input));
      items.push(...(answer.Items ?? []).map((item) => unmarshall(item)));
      start = answer.LastEvaluatedKey;
    } while (start !== undefined && (options.limit === undefined || items.length < options.limit));
    return items;
  }
}

export interface QueryOptions {
  index?: string;
  limit?: number;
  backwards?: boolean;
  /** all keys of the item to go on behind */
  after?: Record<string, string>;
}

export type TransactedWrite = ({ key: Key; update: string } | { put: Item & Key }) & Expression;

const expectedReasons = new Set(["None", "ConditionalCheckFailed", "TransactionConflict"]);

/** API reference, BatchGetItem. */
const maxBatchGetItems = 100;

/** A batch is answered in part when it is over 16 MB or throttled; each round brings at least one item or throws. */
const maxBatchRounds = 20;

/** How often a write that rests on what was read is tried again when another came between. */
export const maxAttempts = 10;

const plain = (item: Attributes | undefined): Item | undefined => item && unmarshall(item);

async function writtenUnlessRefused(write: () => Promise<Item>): Promise<Written> {
  try {
    return { written: true, item: await outsideTransactions(write) };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { written: false, item: plain(error.Item) };
  }
}

/** A write that meets a transaction on its item is refused without having been looked at, and the SDK leaves it at that. */
async function outsideTransactions<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof TransactionConflictException) || attempt === maxAttempts) throw error;
    }
  }
}
