import { VirtualClock } from "./clock.ts";
import { type CloudDatabase, openDatabase } from "./engines/database.ts";
import { type DynamoEngine, startDynamo } from "./engines/dynamo/engine.ts";
import { S3Engine } from "./engines/s3/engine.ts";
import { generateSecret, SecretsEngine } from "./engines/secrets.ts";
import { SesReceiving } from "./engines/ses/receiving.ts";
import { SesSending } from "./engines/ses/sending.ts";
import { SesStorage } from "./engines/ses/storage.ts";
import { SnsEngine } from "./engines/sns.ts";
import { SqsEngine } from "./engines/sqs/engine.ts";
import { type Gateway, type GatewayServices, startGateway } from "./gateway/gateway.ts";
import type { Blueprint } from "./template/blueprint.ts";
import { account } from "./template/interpret.ts";
import { TemplateError } from "./template/intrinsics.ts";

export interface Engines {
  database: CloudDatabase;
  clock: VirtualClock;
  dynamo: DynamoEngine;
  sqs: SqsEngine;
  s3: S3Engine;
  secrets: SecretsEngine;
  sns: SnsEngine;
  ses: { storage: SesStorage; sending: SesSending; receiving: SesReceiving };
  services: GatewayServices;
  gateway: Gateway;
}

export interface EngineOptions {
  /** undefined: in memory */
  directory: string | undefined;
  /** another DynamoDB in place of ours */
  dynamoEndpoint?: string;
  log(line: string): void;
  /** an engine has ended by itself; nothing can go on */
  onFailure(reason: string): void;
}

const offsetSetting = "clock.offsetMs";

/** Everything that keeps state, and the gateway before it. @param resources gets what must be closed again */
export async function startEngines(options: EngineOptions, resources: AsyncDisposableStack): Promise<Engines> {
  const { directory, dynamoEndpoint, log, onFailure } = options;
  const database = openDatabase(directory === undefined ? "memory" : { directory });
  resources.defer(() => database.close());
  const clock = new VirtualClock({
    offsetMs: Number(database.setting(offsetSetting) ?? 0),
    onAdvance: (offsetMs) => database.keepSetting(offsetSetting, String(offsetMs)),
  });
  resources.defer(() => clock.close());
  const dynamo = await startDynamo({ clock, directory, endpoint: dynamoEndpoint, onEnd: onFailure });
  resources.defer(() => dynamo.close());
  const sqs = new SqsEngine({ database, clock, ...account });
  const s3 = new S3Engine({ database, clock });
  const secrets = new SecretsEngine({ database, clock, ...account });
  const services: GatewayServices = { sqs, dynamodb: dynamo, s3, secrets };
  const onError = (error: unknown): void =>
    log(`[gateway] ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const gateway = await startGateway({ services, clock, accountId: account.accountId, onError });
  resources.defer(() => gateway.close());
  const { meter } = gateway;
  const sns = new SnsEngine({ sqs, clock, meter, ...account });
  const storage = new SesStorage(database);
  const ses = {
    storage,
    sending: new SesSending({ storage, sns, clock, ...account }),
    receiving: new SesReceiving({ s3, sns, clock, meter, ...account }),
  };
  services.ses = ses.sending;
  return { database, clock, dynamo, sqs, s3, secrets, sns, ses, services, gateway };
}

/**
 * Creates what the templates ask for, or finds it in the data of an earlier start.
 *
 * @param filledIn documents by the output that names their secret: what docs/deploy.md has an operator fill in
 */
export async function createResources(
  blueprint: Blueprint,
  engines: Engines,
  filledIn: Record<string, object>,
): Promise<void> {
  const { dynamo, sqs, secrets } = engines;
  for (const { input, timeToLive } of blueprint.tables) await dynamo.createTable(input, { timeToLive });
  // A queue refers to its dead-letter queue, so the blueprint has that one first.
  for (const { name, attributes } of blueprint.queues) await sqs.createQueue(name, attributes);
  await createBuckets(blueprint, engines);
  connectMail(blueprint, engines);
  const outputs = Object.assign({}, ...Object.values(blueprint.outputs)) as Record<string, string>;
  const filledArns = new Map(Object.entries(filledIn).map(([output, document]) => [outputs[output], document]));
  for (const { name, arn, initialValue } of blueprint.secrets) {
    const document = filledArns.get(arn);
    if (document) await secrets.putSecret(name, JSON.stringify(document), arn);
    else
      await secrets.ensureSecret(
        name,
        () => (typeof initialValue === "string" ? initialValue : generateSecret(initialValue)),
        arn,
      );
  }
}

const dayMs = 24 * 60 * 60_000;

async function createBuckets({ buckets }: Blueprint, { s3, clock }: Engines): Promise<void> {
  for (const { name, expirations } of buckets) {
    await s3.createBucket(name);
    for (const { prefix, days } of expirations)
      clock.every(dayMs, () => s3.expire(name, prefix, clock.now() - days * dayMs));
  }
}

/** Topics before what subscribes and publishes to them. */
function connectMail(blueprint: Blueprint, { sns, ses }: Engines): void {
  for (const arn of blueprint.topics) sns.createTopic(arn);
  for (const { arn, topicArn, queueArn, rawMessageDelivery } of blueprint.subscriptions) {
    const queue = blueprint.queues.find((each) => each.arn === queueArn);
    if (!queue) throw new TemplateError(`the subscription ${arn} names ${queueArn}, which these templates lack`);
    sns.subscribe(topicArn, { arn, queueName: queue.name, isRaw: rawMessageDelivery });
  }
  for (const set of blueprint.configurationSets) ses.sending.createConfigurationSet(set);
  for (const rule of blueprint.receiptRules) ses.receiving.createReceiptRule(rule);
}
