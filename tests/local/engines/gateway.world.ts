import { startDynamo } from "../../../infra/local/engines/dynamo/engine.ts";
import { S3Engine } from "../../../infra/local/engines/s3/engine.ts";
import { SecretsEngine } from "../../../infra/local/engines/secrets.ts";
import {
  type Gateway,
  type GatewayServices,
  type MeterLine,
  startGateway,
} from "../../../infra/local/gateway/gateway.ts";
import { type QueueWorld, queueWorld } from "./world.ts";

export interface GatewayWorld extends QueueWorld {
  services: GatewayServices;
  gateway: Gateway;
  secretArn: string;
  /** As a function's worker sets up its clients: the access key id is the function's name. */
  configuration(): {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  lineOf(service: string, operation: string): MeterLine | undefined;
  /** An empty meter and an empty queue. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** All engines behind a gateway, in memory, with the table `main`, the bucket `blobs` and the secret `twilio`. */
export async function gatewayWorld(): Promise<GatewayWorld> {
  const world = await queueWorld();
  const dynamodb = await startDynamo({ clock: world.clock });
  const services: GatewayServices = {
    sqs: world.sqs,
    dynamodb,
    s3: new S3Engine(world),
    secrets: new SecretsEngine(world),
  };
  await services.s3.createBucket("blobs");
  const { arn } = await services.secrets.ensureSecret("twilio", () => '{"accounts":[]}');
  await dynamodb.createTable(
    {
      TableName: "main",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
      ],
    },
    { timeToLive: "expiresAt" },
  );
  const gateway = await startGateway({ services, clock: world.clock });
  return {
    ...world,
    services,
    gateway,
    secretArn: arn,
    configuration: () => ({
      endpoint: gateway.url,
      region: "us-east-1",
      credentials: { accessKeyId: "route", secretAccessKey: "local" },
      maxAttempts: 1,
    }),
    lineOf: (service, operation) =>
      gateway.meter.report().lines.find((line) => line.service === service && line.operation === operation),
    reset: async () => {
      gateway.meter.reset();
      // A queue is purged at most once a minute.
      await world.clock.advance(60_000);
      await world.sqs.purgeQueue({ QueueUrl: "jobs.fifo" });
    },
    close: async () => {
      await gateway.close();
      await dynamodb.close();
      world.database.close();
    },
  };
}
