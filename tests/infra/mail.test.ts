import { describe, expect, it } from "vitest";
import { mailSettings } from "../../infra/aws/settings.ts";
import { referred, resourcesOf, synthesizeOverStubs, type Synthesized } from "./synthesized.ts";

const all = synthesizeOverStubs();

const only = ({ stateful }: Synthesized, type: string) => {
  const found = resourcesOf(stateful, type);
  expect(found, type).toHaveLength(1);
  return found[0]!;
};

const ruleArnEnd = (setName: string) => `:receipt-rule-set/${setName}:receipt-rule/switchyard-mail`;

describe("mail in", () => {
  it("is stored and then announced by one rule for the mail inboxes, whose labels come with them", () => {
    const rule = only(all, "AWS::SES::ReceiptRule").Properties;
    expect(rule.Rule).toMatchObject({
      Enabled: true,
      Recipients: ["support@switchyard.test", "orders@mail.switchyard.test"],
      ScanEnabled: true,
      TlsPolicy: "Optional",
    });
    expect(rule.Rule.Actions).toEqual([
      {
        S3Action: {
          BucketName: { Ref: only(all, "AWS::S3::Bucket").logicalId },
          ObjectKeyPrefix: mailSettings.rawPrefix,
          TopicArn: { Ref: only(all, "AWS::SNS::Topic").logicalId },
        },
      },
    ]);
  });

  it("may be stored by SES for this account alone, and ends after its time", () => {
    const { Statement } = only(all, "AWS::S3::BucketPolicy").Properties.PolicyDocument;
    const ses = Statement.filter(({ Principal }: any) => Principal.Service === "ses.amazonaws.com");
    expect(ses).toHaveLength(1);
    expect(ses[0]).toMatchObject({
      Action: "s3:PutObject",
      Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
    });
    expect(JSON.stringify(ses[0].Resource)).toContain(`"/${mailSettings.rawPrefix}*"`);
    expect(only(all, "AWS::S3::Bucket").Properties.LifecycleConfiguration.Rules).toContainEqual({
      Id: "inbound-mail",
      Prefix: mailSettings.rawPrefix,
      ExpirationInDays: mailSettings.rawDays,
      Status: "Enabled",
    });
  });

  it("reaches the queue in SNS's envelope, from this topic alone", () => {
    const topic = only(all, "AWS::SNS::Topic");
    const subscription = only(all, "AWS::SNS::Subscription").Properties;
    expect(subscription.Protocol).toBe("sqs");
    expect(subscription.RawMessageDelivery).toBeUndefined();
    const queueId = referred(subscription.Endpoint);
    const policy = resourcesOf(all.stateful, "AWS::SQS::QueuePolicy").find(({ Properties }) =>
      Properties.Queues.some((queue: unknown) => referred(queue) === queueId),
    )!;
    expect(policy.Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Action: "sqs:SendMessage",
        Principal: { Service: "sns.amazonaws.com" },
        Condition: { ArnEquals: { "aws:SourceArn": { Ref: topic.logicalId } } },
      }),
    );
  });

  it("is announced by our rule and configuration set alone, over TLS", () => {
    const { Statement } = only(all, "AWS::SNS::TopicPolicy").Properties.PolicyDocument;
    const sources = Statement.filter(({ Effect }: any) => Effect === "Allow").map((statement: any) => {
      expect(statement.Principal).toEqual({ Service: "ses.amazonaws.com" });
      return JSON.stringify(statement.Condition.StringEquals);
    });
    expect(sources).toHaveLength(2);
    expect(sources.filter((text: string) => text.includes(ruleArnEnd("switchyard")))).toHaveLength(1);
    expect(sources.filter((text: string) => text.includes(":configuration-set/"))).toHaveLength(1);
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    );
  });

  it("waits for the policies that SES tries out when the rule is made", () => {
    const rule = all.stateful.findResources("AWS::SES::ReceiptRule");
    const [{ DependsOn }] = Object.values(rule) as [{ DependsOn: string[] }];
    expect(DependsOn).toContain(only(all, "AWS::S3::BucketPolicy").logicalId);
    expect(DependsOn).toContain(only(all, "AWS::SNS::TopicPolicy").logicalId);
  });

  it("comes by a rule set of its own, or by a rule in the account's", () => {
    expect(only(all, "AWS::SES::ReceiptRuleSet").Properties).toEqual({ RuleSetName: "switchyard" });
    const given = synthesizeOverStubs({ receiptRuleSetName: "company-mail" });
    expect(resourcesOf(given.stateful, "AWS::SES::ReceiptRuleSet")).toEqual([]);
    expect(only(given, "AWS::SES::ReceiptRule").Properties.RuleSetName).toBe("company-mail");
    expect(JSON.stringify(only(given, "AWS::SNS::TopicPolicy"))).toContain(ruleArnEnd("company-mail"));
    expect(() => synthesizeOverStubs({ receiptRuleSetName: "company mail" })).toThrow(
      'The context "receiptRuleSetName" is "company mail"',
    );
  });

  it("says what to do about more inboxes than a rule takes", () => {
    const many = Array.from({ length: 101 }, (_, position) => ({
      id: `inbox-${position}`,
      channel: "email",
      address: `inbox-${position}@switchyard.test`,
    }));
    expect(() => synthesizeOverStubs({}, many)).toThrow("router.yaml has 101 mail inboxes; a receipt rule takes 100");
  });
});

describe("mail out", () => {
  it("publishes what becomes of it to the same topic", () => {
    const { ConfigurationSetName, EventDestination } = only(
      all,
      "AWS::SES::ConfigurationSetEventDestination",
    ).Properties;
    expect(referred(ConfigurationSetName)).toBe(only(all, "AWS::SES::ConfigurationSet").logicalId);
    expect(EventDestination.SnsDestination).toEqual({ TopicARN: { Ref: only(all, "AWS::SNS::Topic").logicalId } });
    expect(EventDestination.MatchingEventTypes.toSorted()).toEqual([
      "bounce",
      "complaint",
      "delivery",
      "deliveryDelay",
      "reject",
      "send",
    ]);
  });

  it("leaves send alone, and only under our inboxes' addresses", () => {
    const senders = resourcesOf(all.stateless, "AWS::IAM::Role").flatMap(({ logicalId, Properties }) =>
      Properties.Policies.flatMap((policy: any) => policy.PolicyDocument.Statement)
        .filter(({ Action }: any) => [Action].flat().includes("ses:SendRawEmail"))
        .map((statement: any) => ({ logicalId, ...statement })),
    );
    expect(senders).toHaveLength(1);
    expect(senders[0].logicalId).toMatch(/^Send/);
    expect(senders[0].Condition).toEqual({
      StringEquals: { "ses:FromAddress": ["support@switchyard.test", "orders@mail.switchyard.test"] },
    });
    const resources = senders[0].Resource.map((resource: unknown) => JSON.stringify(resource));
    const identities = resources.flatMap((text: string) => /:identity\/([^"]+)"/.exec(text)?.[1] ?? []);
    expect(identities).toEqual([
      "support@switchyard.test",
      "switchyard.test",
      "orders@mail.switchyard.test",
      "mail.switchyard.test",
    ]);
    expect(resources).toHaveLength(identities.length + 1);
  });
});
