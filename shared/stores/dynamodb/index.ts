import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Stores } from "../../ports/stores.ts";
import { dynamoChats } from "./chats.ts";
import { dynamoConversations } from "./conversations.ts";
import { dynamoCustomers } from "./customers.ts";
import { dynamoDue } from "./due.ts";
import { dynamoIdentities } from "./identities.ts";
import { dynamoMessages } from "./messages.ts";
import { dynamoParked } from "./parked.ts";
import { dynamoPoolLog } from "./pool-log.ts";
import { dynamoRates } from "./rates.ts";
import { dynamoSockets } from "./sockets.ts";
import { Table } from "./table.ts";
import { dynamoViewers } from "./viewers.ts";
import { dynamoWebhooks } from "./webhooks.ts";

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
    chats: dynamoChats(table),
    viewers: dynamoViewers(table),
    rates: dynamoRates(table),
    webhooks: dynamoWebhooks(table),
  };
}
