import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Key } from "./keys.ts";

/** An item as plain values, its keys among them. */
// oxlint-disable-next-line typescript/no-explicit-any -- what a codec gives back is checked by the reader of its entity
export type Item = Record<string, any>;

/**
 * An expression with `#name` for each attribute and `:name` for each value. A `#name` stands for the attribute of that
 * name unless `names` says otherwise: no reserved word can ever be met.
 */
export interface Expression {
  condition?: string;
  names?: Record<string, string>;
  /** undefined: not used */
  values?: Record<string, unknown>;
}

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

  /** @returns those that are there, by partition key */
  async getAll(keys: Key[]): Promise<Map<string, Item>> {
    const found = new Map<string, Item>();
    let left: Attributes[] = keys.map((key) => marshall(key));
    for (let round = 0; left.length > 0; round += 1) {
      if (round === maxBatchRounds)
        throw new Error(`The table gave only a part of ${keys.length} items: it is throttled.`);
      const request = { [this.#name]: { Keys: left, ConsistentRead: true } };
      const answer = await this.#client.send(new BatchGetItemCommand({ RequestItems: request }));
      for (const item of answer.Responses?.[this.#name] ?? []) found.set(item.pk!.S!, unmarshall(item));
      left = answer.UnprocessedKeys?.[this.#name]?.Keys ?? [];
    }
    return found;
  }

  async put(item: Item & Key, expression: Expression = {}): Promise<Written> {
    const command = new PutItemCommand({
      TableName: this.#name,
      Item: marshall(item, { removeUndefinedValues: true }),
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

  /** @returns what was there */
  async remove(key: Key): Promise<Item | undefined> {
    const command = new DeleteItemCommand({ TableName: this.#name, Key: marshall(key), ReturnValues: "ALL_OLD" });
    return plain((await this.#client.send(command)).Attributes);
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

/** A batch is answered in part when it is over 16 MB or throttled; each round brings at least one item or throws. */
const maxBatchRounds = 20;

/** How often a write that rests on what was read is tried again when another came between. */
export const maxAttempts = 10;

/** `SET` of each attribute that has a value, under its own name. */
export function assignments(attributes: Record<string, unknown>): { update: string; values: Record<string, unknown> } {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return {
    update: `SET ${given.map(([name]) => `#${name} = :${name}`).join(", ")}`,
    values: Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
  };
}

const plain = (item: Attributes | undefined): Item | undefined => item && unmarshall(item);

async function writtenUnlessRefused(write: () => Promise<Item>): Promise<Written> {
  try {
    return { written: true, item: await write() };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { written: false, item: plain(error.Item) };
  }
}

function expressionInput({ condition, names = {}, values = {} }: Expression, other = "") {
  const used = `${condition ?? ""} ${other}`.match(/#\w+/g) ?? [];
  const given = marshall(values, { removeUndefinedValues: true });
  return {
    ConditionExpression: condition,
    ExpressionAttributeNames:
      used.length > 0 ? Object.fromEntries(used.map((name) => [name, names[name] ?? name.slice(1)])) : undefined,
    ExpressionAttributeValues: Object.keys(given).length > 0 ? given : undefined,
  };
}
