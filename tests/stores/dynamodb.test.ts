import { dynamoStores } from "../../shared/stores/dynamodb/index.ts";
import { describeStores } from "../contracts/stores.ts";
import { openTable } from "./dynamo-table.ts";

describeStores("dynamodb", async () => {
  const { client, tableName, close } = await openTable();
  return { stores: dynamoStores(client, tableName), close };
});
