import type { AttributeValue, CreateTableCommandInput, TableDescription } from "@aws-sdk/client-dynamodb";
import { mkdirSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import type { Timer, VirtualClock } from "../../clock.ts";
import { AwsError } from "../error.ts";
import { type ServerProcess, startServer } from "./process.ts";

/** DynamoDB promises to delete "within a few days" (developer guide, "Time to live"): an hour is already prompt. */
const sweepEveryMs = 60 * 60 * 1000;

export interface RawResponse {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export interface DynamoOptions {
  clock: VirtualClock;
  /** absent: in memory */
  directory?: string;
  /** Use this server and start none. */
  endpoint?: string;
  /** The server has ended by itself; nothing that needs the table can go on. */
  onEnd?: (reason: string) => void;
}

/** DynamoDB: dynoxide as a child process, or the server at `endpoint`. */
export async function startDynamo(options: DynamoOptions): Promise<DynamoEngine> {
  if (options.endpoint !== undefined) {
    if (!options.endpoint.startsWith("http://"))
      throw new Error(
        `AWS_ENDPOINT_URL_DYNAMODB is ${options.endpoint}: it has to name a local server, http://host:port`,
      );
    return new DynamoEngine(options.clock, options.endpoint);
  }
  if (options.directory !== undefined) mkdirSync(options.directory, { recursive: true });
  const file = options.directory === undefined ? undefined : join(options.directory, "dynamodb.sqlite");
  const server = await startServer(file);
  return new DynamoEngine(options.clock, server.endpoint, server, options.onEnd);
}

export class DynamoEngine {
  /** `http://127.0.0.1:…` */
  readonly endpoint: string;
  readonly #clock: VirtualClock;
  readonly #server: ServerProcess | undefined;
  readonly #agent = new Agent({ keepAlive: true });
  /** table → the attribute that holds when an item expires, in epoch seconds */
  readonly #expiring = new Map<string, string>();
  #sweep: Timer | undefined;
  #closing = false;

  constructor(clock: VirtualClock, endpoint: string, server?: ServerProcess, onEnd?: (reason: string) => void) {
    this.#clock = clock;
    this.endpoint = endpoint;
    this.#server = server;
    void server?.ended.then((reason) => (this.#closing ? undefined : onEnd?.(reason)));
  }

  /**
   * Creates the table, or checks that the one that is there has the same keys and indexes.
   * `timeToLive`: the attribute, in epoch seconds, after which an item is deleted.
   */
  async createTable(input: CreateTableCommandInput, options: { timeToLive?: string } = {}): Promise<void> {
    try {
      await this.call("CreateTable", input);
    } catch (error) {
      if (!(error instanceof AwsError && error.code === "ResourceInUseException")) throw error;
      await this.#checkSame(input);
    }
    if (options.timeToLive === undefined) return;
    this.#expiring.set(input.TableName!, options.timeToLive);
    this.#sweep ??= this.#clock.every(sweepEveryMs, () => this.sweep());
  }

  /** One call for ourselves. @throws AwsError with DynamoDB's code */
  async call<Output>(operation: string, input: object): Promise<Output> {
    const { status, body } = await this.forward({
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        authorization:
          "AWS4-HMAC-SHA256 Credential=embedded/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        "x-amz-date": "20200101T000000Z",
      },
      body: Buffer.from(JSON.stringify(input)),
    });
    const output = JSON.parse(body.toString());
    if (status === 200) return output;
    const code = String(output["__type"]).split("#").at(-1)!;
    throw new AwsError(code, output.message ?? output.Message ?? code, { status });
  }

  /** Passes a request on as it is. */
  forward(call: { headers: Record<string, string>; body: Buffer }): Promise<RawResponse> {
    return new Promise((resolve, reject) => {
      const headers = { ...call.headers, "content-length": String(call.body.length) };
      const outgoing = request(this.endpoint, { method: "POST", agent: this.#agent, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.once("error", reject);
        incoming.once("end", () =>
          resolve({
            status: incoming.statusCode!,
            headers: incoming.headers as Record<string, string>,
            body: Buffer.concat(chunks),
          }),
        );
      });
      outgoing.once("error", reject);
      outgoing.end(call.body);
    });
  }

  /** Deletes every item whose time to live has passed. */
  async sweep(): Promise<void> {
    const now = Math.floor(this.#clock.now() / 1000);
    for (const [table, attribute] of this.#expiring) await this.#sweepTable(table, attribute, now);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#sweep?.cancel();
    this.#agent.destroy();
    await this.#server?.stop();
  }

  async #sweepTable(table: string, attribute: string, now: number): Promise<void> {
    const expired = {
      ExpressionAttributeNames: { "#expires": attribute },
      ExpressionAttributeValues: { ":now": { N: String(now) } },
    };
    const keys = await this.#keysOf(table);
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.call<{
        Items?: Record<string, AttributeValue>[];
        LastEvaluatedKey?: Record<string, AttributeValue>;
      }>("Scan", { TableName: table, FilterExpression: "#expires <= :now", ...expired, ExclusiveStartKey });
      for (const item of page.Items ?? []) {
        const Key = Object.fromEntries(keys.map((name) => [name, item[name]]));
        // It may have been written anew since it was read.
        await this.call("DeleteItem", {
          TableName: table,
          Key,
          ConditionExpression: "#expires <= :now",
          ...expired,
        }).catch(ignoreFailedCondition);
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  async #keysOf(table: string): Promise<string[]> {
    const { Table } = await this.call<{ Table: TableDescription }>("DescribeTable", { TableName: table });
    return Table.KeySchema!.map(({ AttributeName }) => AttributeName!);
  }

  async #checkSame(input: CreateTableCommandInput): Promise<void> {
    const { Table } = await this.call<{ Table: TableDescription }>("DescribeTable", { TableName: input.TableName });
    if (shapeOf(Table) !== shapeOf(input))
      throw new Error(
        `The table ${input.TableName} that is there has other keys or indexes than the template: start with another --data folder, or remove the old one. ` +
          `There: ${shapeOf(Table)}. In the template: ${shapeOf(input)}.`,
      );
  }
}

const ignoreFailedCondition = (error: unknown): void => {
  if (!(error instanceof AwsError && error.code === "ConditionalCheckFailedException")) throw error;
};

/** Keys and indexes of a table, in an order that does not depend on how they were listed. */
function shapeOf(table: TableDescription | CreateTableCommandInput): string {
  const keys = (schema: TableDescription["KeySchema"]) =>
    (schema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`);
  const indexes = (table.GlobalSecondaryIndexes ?? [])
    .map(
      ({ IndexName, KeySchema, Projection }) =>
        `${IndexName} (${keys(KeySchema).join(", ")}; ${Projection?.ProjectionType})`,
    )
    .toSorted();
  return [keys(table.KeySchema).join(", "), ...indexes].join("; ");
}
