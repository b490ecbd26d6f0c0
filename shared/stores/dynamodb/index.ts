import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Stores } from "../../ports/stores.ts";
import { dynamoConversations } from "./conversations.ts";
import { dynamoCustomers } from "./customers.ts";
import { dynamoDue } from "./due.ts";
import { dynamoIdentities } from "./identities.ts";
import { dynamoMessages } from "./messages.ts";
import { dynamoParked } from "./parked.ts";
import { dynamoPoolLog } from "./pool-log.ts";
import { dynamoSockets } from "./sockets.ts";
import { Table } from "./table.ts";

/** The stores in one DynamoDB table; keys.ts shows what is where. */
export function dynamoStores(client: DynamoDBClient, tableName: string): Stores {
  const table = new Table(client, tableName);
  return {
    identities: dynamoIdentities(table),
    customers: dynamoCustomers(table),
    conversations: dynamoConversations(table),
    messages: dynamoMessages(table),
    poolLog: dynamoPoolLog(table),
    parked: dynamoParked(table),
    due: dynamoDue(table),
    sockets: dynamoSockets(table),
  };
}
