import { randomUUID } from "node:crypto";
import { DynamoDBClient, type CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { VirtualClock } from "../../infra/local/clock.ts";
import { startDynamo } from "../../infra/local/engines/dynamo/engine.ts";
import { tableNames } from "../../shared/stores/dynamodb/keys.ts";

export interface OpenTable {
  client: DynamoDBClient;
  tableName: string;
  /** a further client of the same table: to interfere with one and look with the other */
  connect(): DynamoDBClient;
  close(): Promise<void>;
}

/** An empty table on an engine of its own, or on the one that AWS_ENDPOINT_URL_DYNAMODB names. */
export async function openTable(): Promise<OpenTable> {
  const clock = new VirtualClock();
  const engine = await startDynamo({ clock, endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB });
  const tableName = `stores-${randomUUID()}`;
  await engine.createTable(tableInput(tableName), { timeToLive: tableNames.expiresAt });
  const clients: DynamoDBClient[] = [];
  const connect = (): DynamoDBClient => {
    const credentials = { accessKeyId: "tests", secretAccessKey: "tests" };
    const client = new DynamoDBClient({ endpoint: engine.endpoint, region: "us-east-1", credentials });
    clients.push(client);
    return client;
  };
  return {
    client: connect(),
    tableName,
    connect,
    async close() {
      for (const client of clients) client.destroy();
      await engine.close();
      clock.close();
    },
  };
}

export function tableInput(tableName: string): CreateTableCommandInput {
  const { partitionKey, sortKey, listIndex, listKey, listOrder } = tableNames;
  const keySchema = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: "HASH" as const },
    { AttributeName: range, KeyType: "RANGE" as const },
  ];
  return {
    TableName: tableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [partitionKey, sortKey, listKey, listOrder].map((name) => ({
      AttributeName: name,
      AttributeType: "S" as const,
    })),
    KeySchema: keySchema(partitionKey, sortKey),
    GlobalSecondaryIndexes: [
      { IndexName: listIndex, KeySchema: keySchema(listKey, listOrder), Projection: { ProjectionType: "KEYS_ONLY" } },
    ],
  };
}
