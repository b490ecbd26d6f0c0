import { afterEach, beforeEach, expect, test } from "vitest";
import { type MailWorld, mailWorld, received, topicArn } from "./ses.world.ts";
import { receiveFrom } from "./world.ts";

let world: MailWorld;

beforeEach(async () => {
  world = await mailWorld();
});
afterEach(() => world.database.close());

test("a notification is on the queue when publish returns, in SNS's envelope", async () => {
  const messageId = await world.sns.publish(topicArn, '{"a":"ü"}', { subject: "News" });
  const [message] = await received(world.sqs);
  expect(JSON.parse(message!.Body!)).toEqual({
    Type: "Notification",
    MessageId: messageId,
    TopicArn: topicArn,
    Subject: "News",
    Message: '{"a":"ü"}',
    Timestamp: "2026-01-05T09:00:00.000Z",
    SignatureVersion: "1",
    Signature: expect.stringMatching(/^[\w+/]+=*$/),
    SigningCertURL: expect.stringMatching(/^https:\/\/sns\.us-east-1\.amazonaws\.com\/.*\.pem$/),
    UnsubscribeURL: expect.stringContaining(topicArn),
  });
});

test("a subscription with raw delivery gets the message itself; each subscriber gets one", async () => {
  await world.sqs.createQueue("raw", {});
  const subscription = { arn: `${topicArn}:2`, queueName: "raw", isRaw: true };
  world.sns.subscribe(topicArn, subscription);
  world.sns.subscribe(topicArn, subscription);
  await world.sns.publish(topicArn, "plain");
  expect((await receiveFrom(world.sqs, "raw")).map(({ Body }) => Body)).toEqual(["plain"]);
  const [enveloped] = await received(world.sqs);
  expect(JSON.parse(enveloped!.Body!)).not.toHaveProperty("Subject");
});

test("a topic that is not there, and a message of over 256 KB, are refused", async () => {
  await expect(world.sns.publish(`${topicArn}x`, "m")).rejects.toMatchObject({ code: "NotFound" });
  await expect(world.sns.publish(topicArn, "x".repeat(256 * 1024 + 1))).rejects.toMatchObject({
    code: "InvalidParameter",
  });
});

test("a publish is billed for each 64 KB, a delivery to a queue not at all", async () => {
  await world.sns.publish(topicArn, "x".repeat(65 * 1024));
  expect(world.meter.report().lines).toMatchObject([
    { service: "sns", operation: "Publish", units: { snsRequests: 2 } },
  ]);
});
