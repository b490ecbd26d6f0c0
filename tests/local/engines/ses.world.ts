import type { Message } from "@aws-sdk/client-sqs";
import { S3Engine } from "../../../infra/local/engines/s3/engine.ts";
import { SesReceiving } from "../../../infra/local/engines/ses/receiving.ts";
import { SesSending } from "../../../infra/local/engines/ses/sending.ts";
import { SesStorage } from "../../../infra/local/engines/ses/storage.ts";
import { SnsEngine } from "../../../infra/local/engines/sns.ts";
import { Meter } from "../../../infra/local/gateway/gateway.ts";
import type { VirtualClock } from "../../../infra/local/clock.ts";
import type { CloudDatabase } from "../../../infra/local/engines/database.ts";
import type { SqsEngine } from "../../../infra/local/engines/sqs/engine.ts";
import { queueWorld, receiveFrom, remove } from "./world.ts";

export const topicArn = "arn:aws:sns:us-east-1:000000000000:mail";
export const ruleAddress = "support@shop.example";

export interface MailWorld {
  clock: VirtualClock;
  database: CloudDatabase;
  sqs: SqsEngine;
  meter: Meter;
  s3: S3Engine;
  sns: SnsEngine;
  storage: SesStorage;
  sending: SesSending;
  receiving: SesReceiving;
  /** takes what lies on the queue `mail`: each notification's message, oldest first */
  // What SES says is what the test asserts.
  // oxlint-disable-next-line typescript/no-explicit-any
  published(): Promise<any[]>;
}

export interface Parts {
  clock: VirtualClock;
  database: CloudDatabase;
  sqs: SqsEngine;
}

/** SES and SNS with the topic `mail` before the standard queue `mail`, the bucket `blobs`, and the set `router`. */
export async function mailWorld(parts?: Parts): Promise<MailWorld> {
  const { clock, database, sqs } = parts ?? (await queueWorld());
  const meter = new Meter(clock);
  const account = { region: "us-east-1", accountId: "000000000000" };
  await sqs.createQueue("mail", {});
  const s3 = new S3Engine({ database, clock });
  await s3.createBucket("blobs");
  const sns = new SnsEngine({ sqs, clock, meter, ...account });
  sns.createTopic(topicArn);
  sns.subscribe(topicArn, { arn: `${topicArn}:1`, queueName: "mail", isRaw: false });
  const storage = new SesStorage(database);
  const sending = new SesSending({ storage, sns, clock, ...account });
  sending.verifyDomains(["shop.example"]);
  const eventTypes = ["send", "delivery", "bounce", "complaint"];
  sending.createConfigurationSet({ name: "router", destinations: [{ topicArn, enabled: true, eventTypes }] });
  const receiving = new SesReceiving({ s3, sns, clock, meter, ...account });
  receiving.createReceiptRule({
    ruleSetName: "router",
    name: "mail",
    enabled: true,
    recipients: [ruleAddress],
    actions: [{ bucketName: "blobs", objectKeyPrefix: "inbound-mail/", topicArn }],
  });
  const published = async () => {
    const messages = await received(sqs);
    return messages.map(({ Body }) => JSON.parse(JSON.parse(Body!).Message));
  };
  return { clock, database, sqs, meter, s3, sns, storage, sending, receiving, published };
}

/** All messages of the queue `mail`, which is empty then. */
export async function received(sqs: SqsEngine): Promise<Message[]> {
  const all: Message[] = [];
  for (let some = await receiveFrom(sqs, "mail"); some.length > 0; some = await receiveFrom(sqs, "mail")) {
    all.push(...some);
    for (const message of some) await remove(sqs, "mail", message);
  }
  return all;
}
