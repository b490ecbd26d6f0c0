import { describe, expect, test } from "vitest";
import { emptyBlueprint, type Blueprint, type PolicyStatement } from "../../../infra/local/template/blueprint.ts";
import { account } from "../../../infra/local/template/interpret.ts";
import { checkServicePolicies } from "../../../infra/local/template/policies.ts";

const topic = "arn:aws:sns:us-east-1:000000000000:mail";
const queue = "arn:aws:sqs:us-east-1:000000000000:mail";
const bucket = "arn:aws:s3:::blobs";
const rule = "arn:aws:ses:us-east-1:000000000000:receipt-rule-set/set:receipt-rule/mail";

const allow = (service: string, action: string, resource: string, condition?: object): PolicyStatement => ({
  Effect: "Allow",
  Principal: { Service: service },
  Action: action,
  Resource: resource,
  Condition: condition,
});

const plainHttp: PolicyStatement = {
  Effect: "Deny",
  Principal: { AWS: "*" },
  Action: "s3:*",
  Resource: [bucket, `${bucket}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const store = allow("ses.amazonaws.com", "s3:PutObject", `${bucket}/in/*`, {
  StringEquals: { "aws:SourceAccount": "000000000000" },
});
const publish = allow("ses.amazonaws.com", "sns:Publish", topic, { StringEquals: { "AWS:SourceArn": rule } });
const deliver = allow("sns.amazonaws.com", "sqs:SendMessage", queue, { ArnEquals: { "aws:SourceArn": topic } });

/** Mail in, with these statements on the bucket, the topic and the queue. */
const mailIn = (statements: Record<string, PolicyStatement[]>): Blueprint => ({
  ...emptyBlueprint(),
  receiptRules: [
    {
      ruleSetName: "set",
      name: "mail",
      enabled: true,
      recipients: [],
      actions: [{ bucketName: "blobs", objectKeyPrefix: "in/", topicArn: topic }],
    },
  ],
  subscriptions: [{ arn: `${topic}:1`, topicArn: topic, queueArn: queue, rawMessageDelivery: false }],
  resourcePolicies: Object.entries(statements).map(([resourceArn, each]) => ({ resourceArn, statements: each })),
});

const all = { [bucket]: [plainHttp, store], [topic]: [publish], [queue]: [deliver] };

describe("mail comes in only where the policies of bucket, topic and queue let SES and SNS do their part", () => {
  test("all three", () => {
    expect(() => checkServicePolicies(mailIn(all), account)).not.toThrow();
  });

  const lacking: [string, Record<string, PolicyStatement[]>, RegExp][] = [
    ["none on the bucket", { ...all, [bucket]: [plainHttp] }, /receipt rule mail needs s3:PutObject/],
    ["one for another prefix", { ...all, [bucket]: [{ ...store, Resource: `${bucket}/out/*` }] }, /s3:PutObject/],
    [
      "one for another account",
      { ...all, [bucket]: [{ ...store, Condition: { StringEquals: { "aws:SourceAccount": "111111111111" } } }] },
      /s3:PutObject/,
    ],
    ["none on the topic", { ...all, [topic]: [] }, /receipt rule mail needs sns:Publish/],
    [
      "one for another rule",
      { ...all, [topic]: [{ ...publish, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:ses:*:rule/other" } } }] },
      /sns:Publish/,
    ],
    ["one for another service", { ...all, [queue]: [allow("ses.amazonaws.com", "sqs:*", queue)] }, /sqs:SendMessage/],
    ["a denial", { ...all, [queue]: [deliver, { ...deliver, Effect: "Deny" }] }, /sqs:SendMessage/],
  ];
  test.each(lacking)("%s: no start", (_what, statements, message) => {
    expect(() => checkServicePolicies(mailIn(statements), account)).toThrow(message);
  });

  test("a condition that is not known stops the start with its name", () => {
    const strange = { ...publish, Condition: { NumericLessThan: { "aws:MultiFactorAuthAge": "1" } } };
    expect(() => checkServicePolicies(mailIn({ ...all, [topic]: [strange] }), account)).toThrow(
      "NumericLessThan aws:MultiFactorAuthAge",
    );
  });

  test("a configuration set's events need a policy too", () => {
    const sending: Blueprint = {
      ...emptyBlueprint(),
      configurationSets: [{ name: "router", destinations: [{ topicArn: topic, enabled: true, eventTypes: ["send"] }] }],
    };
    expect(() => checkServicePolicies(sending, account)).toThrow(/configuration set router needs sns:Publish/);
  });
});
