import { VirtualClock } from "../../../../infra/local/clock.ts";
import { startDynamo } from "../../../../infra/local/engines/dynamo/engine.ts";

/* Starts DynamoDB in the folder given, prints where it is, writes items and prints each once it was acknowledged. */

const [directory, round] = process.argv.slice(2);
const dynamodb = await startDynamo({ clock: new VirtualClock(), directory: directory! });
await dynamodb.createTable({
  TableName: "main",
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
});
process.stdout.write(`${dynamodb.endpoint}\n`);
for (let count = 0; ; count++) {
  await dynamodb.call("PutItem", { TableName: "main", Item: { pk: { S: `${round} ${count}` } } });
  process.stdout.write(`${round} ${count}\n`);
}
